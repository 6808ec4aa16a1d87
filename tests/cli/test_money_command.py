"""`motcua money import` on the embedded cloud: files of every kind, once, in trial, broken off, and as they are not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli import main
from infra.local.testing import Embedded
from tests.app.bookkeeping import PROVINCE, SETTLEMENT, SLIPS, STATEMENT, Bookkeeping, moved, received, slip
from tests.app.portal import AGENCY, open_portal
from tests.app.treasury import FEE, Treasury

pytestmark = [pytest.mark.clause("A13"), pytest.mark.clause("C6")]


@pytest.fixture
def books(cloud: Embedded) -> Bookkeeping:
    return Bookkeeping(Treasury(open_portal(cloud)))


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["money", "import", *words])


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_a_post_offices_file(books: Bookkeeping, tmp_path: Path) -> None:
    dossier = books.treasury.due()
    rows = [SLIPS, slip("1", books.code(dossier)), slip("2", "không rõ"), slip("3", "", 0)]
    file = write(tmp_path / "phieu.csv", "\ufeff" + "\r\n".join(rows) + "\r\n")
    trial = answer("post-office", file, "--dry-run")
    assert trial["counts"] == {"new": 2, "refused": 1} and books.balances() == {}
    said = run("post-office", file, "--by", "Người vận hành").stdout
    assert "Đã đọc 3 dòng." in said and "ghi sổ: 1" in said and "Dòng 4: " in said and "amount: " in said
    assert books.portal.state(dossier) == "parcel_expected"
    (kept,) = books.get("files", PROVINCE, books.chief)["items"]
    assert (kept["name"], kept["by_name"], kept["counts"]) == (
        "phieu.csv", "Người vận hành", {"booked": 1, "refused": 1, "stray": 1},
    )  # fmt: skip
    again = answer("post-office", file)
    assert (again["known"], again["counts"]) == (True, kept["counts"])
    assert "nothing has changed" in run("post-office", file, "--lang", "en").stdout


def test_a_settlement_file_and_a_statement(books: Bookkeeping, tmp_path: Path) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    number = books.treasury.bank().order(reference).transaction
    file = write(tmp_path / "vnpay.csv", f"{SETTLEMENT}\n{moved(number, reference, fee=1_000)}\n")
    said = answer("settlement", file, "--gateway", "vnpay")
    assert (said["counts"], said["net"], said["told"]) == ({"matched": 1}, FEE - 1_000, [])
    file = write(tmp_path / "sao-ke.csv", f"{STATEMENT}\n{received('FT1', 'x')}\n")
    text = run("statement", file, "--lang", "en").stdout
    assert "unclear: 1" in text and "Row 2: The movement FT1 names nothing" in text


def test_many_rows_go_in_batches_and_a_file_that_broke_off_goes_on(books: Bookkeeping, tmp_path: Path) -> None:
    rows = [slip(str(at), "không rõ") for at in range(250)]
    content = "\n".join([SLIPS, *rows])
    file = write(tmp_path / "phieu.csv", content)
    name = f"post-office.{hashlib.sha256(content.encode()).hexdigest()}"
    body = {"name": "phieu.csv", "header": f"{SLIPS}\n", "offset": 0, "rows": rows[:120], "last": False}
    assert books.put(PROVINCE, name, body, books.chief).body["file"]["counts"] == {"stray": 120}
    said = answer("post-office", file)
    assert (said["rows"], said["counts"], said["known"]) == (250, {"stray": 250}, False)
    assert books.balances() == {"H34:post": 250 * FEE, "H34:strays": -250 * FEE}


def test_one_agencys_file(books: Bookkeeping, tmp_path: Path) -> None:
    file = write(tmp_path / "phieu.csv", f"{SLIPS}\n{slip('1', 'không rõ')}\n")
    assert answer("post-office", file, "--agency", AGENCY)["counts"] == {"stray": 1}
    assert [s["number"] for s in books.strays()] == ["580000/1"]


WRONG: dict[str, tuple[list[str], bytes | None, str]] = {
    "no such file": (["statement"], None, "FileUnreadable"),
    "UTF-16": (["statement"], f"{STATEMENT}\n".encode("utf-16"), "FileNotText"),
    "another code page": (["post-office"], f"{SLIPS}\n1,2,3,Nguy".encode() + b"\xea\xf2n,5,6,7\n", "FileNotText"),
    "other columns": (["statement"], b"a,b\n", "StatementColumns"),
    "empty": (["post-office"], b"", "SlipColumns"),
    "no provider": (["settlement"], f"{SETTLEMENT}\n".encode(), "provider"),
    "an agency that is none": (["statement", "--agency", "H99"], f"{STATEMENT}\n".encode(), "AgencyNotFound"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_refused_whole(books: Bookkeeping, tmp_path: Path, case: str) -> None:
    words, content, code = WRONG[case]
    path = tmp_path / "tep.csv"
    if content is not None:
        path.write_bytes(content)
    result = run(words[0], str(path), *words[1:], "--json")
    assert result.exit_code == 2, result.output
    shape = json.loads(result.stderr)
    named = [shape["Code"], *(f["Field"] for f in shape["Fields"]), *(f["Code"] for f in shape["Fields"])]
    assert code in named and books.balances() == {}
    assert run(words[0], str(path), *words[1:]).stderr.startswith("Không thực hiện được")


def test_without_an_agency_tree_nothing_is_read(cloud: Embedded, tmp_path: Path) -> None:
    file = write(tmp_path / "x.csv", f"{SLIPS}\n")
    assert json.loads(run("post-office", file, "--json").stderr)["Fields"][0]["Field"] == "agency"
