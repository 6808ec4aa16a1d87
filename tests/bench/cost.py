"""What a dossier costs: two whole lives played on moto, every call, row and function of them counted and priced.

A life is what people do and look at: autosaves, papers from a phone's camera, lists and details between the acts,
the workflow's waiting tasks, mails. Left out, as the figure aims at: accounts (Cognito) and sending files to people.
"""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.s3.models import s3_backends
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from chalicelib import events, signing
from chalicelib.services import present
from chalicelib.telemetry import logger
from infra.costing import Prices
from infra.local.environment import ACCOUNT
from infra.local.template import Template
from infra.local.testing import context, embedded
from infra.packing.reach import ROOT
from tests.app.issuing import ONLINE, Issuing
from tests.app.portal import AGENCY, Portal, open_portal
from tests.bench.meter import Meter
from tests.faults.review import Review

MONTHLY = (1_000, 100_000, 10_000_000)  # dossiers


@dataclass(frozen=True)
class Life:
    """One dossier's units, dollars of each, and how often what was done."""

    name: str
    used: dict[str, float]
    dollars: dict[str, float]
    calls: int
    requests: int

    @property
    def thousand(self) -> float:
        return 1000 * sum(self.dollars.values())

    @property
    def drivers(self) -> list[tuple[str, float]]:
        """The three units that cost most, with dollars per 1,000 dossiers."""
        return [(unit, 1000 * cost) for unit, cost in sorted(self.dollars.items(), key=lambda each: -each[1])[:3]]


class _Front:
    """What stands before the API's function: every request is one, and runs the function once."""

    def __init__(self, client: Any, meter: Meter) -> None:
        self._client, self._meter = client, meter
        self.http = self

    def request(self, method: str, path: str, **given: Any) -> Any:
        self._meter.used["apigateway.request"] += 1
        self._meter.used["cloudfront.request"] += 1
        return self._meter.around("api", lambda: self._client.http.request(method, path, **given))


class _Metered(Portal):
    """The portal whose every request and function passes the meter."""

    meter: Meter
    review: Review

    def arrived(self, bucket: str, key: str, size: int) -> None:
        record = {"s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": size}}}
        self.meter.around("inspect", lambda: events.inspect({"Records": [record]}, context("inspect")))

    def relay(self) -> None:
        def deliver(batch: Any, about: Any) -> Any:
            return self.meter.around("relay", lambda: events.relay(batch, about))

        while self.cloud.deliver(deliver) is not None or self.review.play() or self.sign():
            pass

    def sign(self) -> bool:
        asked = [event for name, event in self.cloud.invoked if name == os.environ["SIGN_FUNCTION"]]
        self.cloud.invoked.clear()
        for event in asked:
            self.meter.around("sign", lambda event=event: signing.sign(event, context("sign")))  # type: ignore[misc]
        return bool(asked)

    def upload(self, dossier_id: str, component: str = "identity", content: bytes | None = None) -> str:
        """A photo, kept as what the inspection made of it."""
        return super().upload(dossier_id, component, content or photo())

    def step(self, who: Any, dossier_id: str, step: str, body: dict[str, Any], key: str | None = None) -> Any:
        """An officer opens the queue and the dossier, acts, and what follows follows."""
        role = who.posts.split(":")[-1]
        if role in {"reception", "appraiser", "approver", "clerk", "cashier"}:
            who.get(f"/desk/queues/{AGENCY}/{role}")
        who.get(f"/desk/dossiers/{dossier_id}")
        answer = super().step(who, dossier_id, step, body, key)
        self.relay()
        return answer


@cache
def photo() -> bytes:
    """Twelve megapixels of a written paper under a lamp, with the noise of a sensor: 3.7 MB, as a phone makes it."""
    size = (3000, 4000)
    page = Image.linear_gradient("L").resize(size).point([185 + shade * 45 // 255 for shade in range(256)])
    pen, letters = ImageDraw.Draw(page), ImageFont.load_default(60)
    for y in range(250, 3800, 95):
        pen.text((260, y), "Chung thuc ban sao dung voi ban chinh, so chung thuc, ngay thang nam"[y % 7 :], 50, letters)
    noisy = ImageChops.add(page.filter(ImageFilter.GaussianBlur(1.5)), Image.effect_noise(size, 5), 1, -128)
    out = io.BytesIO()
    noisy.convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def _filed(portal: _Metered, **changes: Any) -> str:
    """A draft saved four times, two papers from the camera, filed; looked at five times while it is decided on."""
    dossier = portal.draft(**changes)
    for version in range(1, 4):
        portal.draft(dossier, version=version, **changes)
    portal.upload(dossier)
    portal.upload(dossier)
    portal.citizen.get(f"/dossiers/{dossier}")
    answer = portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    if answer.status != 200:
        raise RuntimeError(f"the dossier was not filed: {answer.body}")
    portal.relay()
    for _ in range(5):
        portal.citizen.get("/dossiers")
        portal.citizen.get(f"/dossiers/{dossier}")
    return dossier


def _decided(portal: _Metered, dossier: str) -> None:
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    portal.step(portal.approver, dossier, "approval", {})


def level_3(portal: _Metered) -> None:
    """Filed online, the fee and the originals at the counter, the result on paper."""
    dossier = _filed(portal)
    _decided(portal, dossier)
    portal.step(portal.clerk, dossier, "result", {"number": "12/TL", "title": "Trích lục khai sinh"})
    portal.step(portal.cashier, dossier, "fee", {"amount": 24000, "means": "cash"})
    portal.step(portal.clerk, dossier, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    portal.step(portal.clerk, dossier, "hand-over", {"recipient": "Nguyễn Thị Thử", "signed": True})
    portal.step(portal.clerk, dossier, "archive", {})


def level_4(portal: _Metered) -> None:
    """All online: certified papers by post, a result with a file that is signed, locked and fetched."""
    desk = Issuing(portal)
    dossier = _filed(portal, procedure=ONLINE, delivery="online")
    portal.papers_came(dossier)
    _decided(portal, dossier)
    desk.enter(dossier)
    portal.relay()
    answer = desk.fetch(dossier)
    if answer.status != 200:
        raise RuntimeError(f"the result was not fetched: {answer.body}")
    portal.relay()
    portal.step(portal.clerk, dossier, "archive", {})


PATHS: tuple[tuple[str, Callable[[_Metered], None]], ...] = (("level 3", level_3), ("level 4", level_4))


def memory() -> Callable[[str], float]:
    """GB of a function, by its name: of those that Chalice packs, and of those in the template."""
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    usual, special = settings["lambda_memory_size"], settings["lambda_functions"]
    return lambda name: special.get(name, {}).get("lambda_memory_size", usual) / 1024


def played(path: Callable[[_Metered], None]) -> Meter:
    """A life played twice in a new cloud: once for the process to know the catalogue, once for the meter."""
    level, meter = logger.log_level, Meter(memory())
    logger.setLevel(logging.INFO)
    try:
        with embedded() as cloud:
            plain = open_portal(cloud)
            portal = _Metered(cloud, _Front(plain.client, meter))  # type: ignore[arg-type]
            portal.meter, portal.review = meter, Review(cloud, present.now, meter.around)
            meter.asked, meter.applied = portal.review.before, portal.review.after
            portal.give_keys()
            with meter.running():
                path(portal)
                meter.used.clear()
                meter.by.clear()
                transitions, stored = portal.review.entered, _kept()
                path(portal)
                meter.used["stepfunctions.transition"] = portal.review.entered - transitions
                meter.used["s3.stored"] = (_kept() - stored) / 1e9
    finally:
        logger.setLevel(level)
    return meter


def _kept() -> int:
    """Bytes on the shelves, asked of moto itself; what lies in the quarantine goes after a day."""
    names = (os.environ["PAPERS_BUCKET"], os.environ["RESULTS_BUCKET"])
    buckets = s3_backends[ACCOUNT]["aws"].buckets
    return sum(each.size for name in names for each in buckets[name].keys.values())


def lives(prices: Prices) -> list[Life]:
    found = []
    for name, path in PATHS:
        meter = played(path)
        calls = sum(meter.by["calls"].values())
        requests = round(meter.used["apigateway.request"])
        found.append(Life(name, dict(meter.used), prices.cost(meter.used), calls, requests))
    return found


def table() -> Iterator[str]:
    """For people to read."""
    prices = Prices.read()
    found = lives(prices)
    yield f"US dollars per 1,000 dossiers; list prices of {prices.region}, {prices.date}, free tiers off"
    yield f"{'unit':<28}" + "".join(f"{life.name + ', units':>20}{'$':>9}" for life in found)
    for unit in sorted({unit for life in found for unit in life.used}):
        cells = (f"{1000 * life.used.get(unit, 0):>20,.2f}{1000 * life.dollars.get(unit, 0):>9.4f}" for life in found)
        yield f"{unit:<28}" + "".join(cells)
    yield f"{'all':<28}" + "".join(f"{'':>20}{life.thousand:>9.4f}" for life in found)
    for life in found:
        drivers = ", ".join(f"{unit} {dollars:.2f}" for unit, dollars in life.drivers)
        yield f"{life.name}: {life.requests} requests, {life.calls} AWS calls; dearest: {drivers}"
    fixed = prices.monthly(Template({}))
    yield f"a month, with {fixed:.0f} $ that are there without any dossier"
    yield (
        f"{'dossiers a month':<28}"
        + "".join(f"{life.name:>16}" for life in found)
        + "".join(f"{name:>28}" for name in prices.peers)
    )
    for number in MONTHLY:
        ours = "".join(f"{fixed + life.thousand * number / 1000:>16,.0f}" for life in found)
        yield f"{number:<28,}" + ours + "".join(f"{peer:>28,.0f}" for peer in prices.peers.values())
