"""/sandbox/outbox: what would have left the cloud, newest first, by whom it went to and which dossier it is about."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain import sms
from chalicelib.domain.clock import ZONE
from infra.local.outbox import Letter

_KINDS = {"mail": "Thư điện tử / E-mail", "sms": "SMS", "code": "Mã xác nhận / Code"}
_LINK = re.compile(r"https?://[^\s<]+")


def wanted(letters: Sequence[Letter], to: str, about: str, kind: str) -> list[Letter]:
    """Those to an address, with a word of theirs (a dossier's code or id), of a kind; "" for all."""
    return [
        letter
        for letter in letters
        if to in ("", letter.to)
        and kind in ("", letter.kind)
        and about.casefold() in f"{letter.subject}\n{letter.body}".casefold()
    ]


def body(letters: Sequence[Letter], shown: Sequence[Letter], to: str, about: str, kind: str) -> str:
    """The page's HTML within its frame."""
    people = sorted({letter.to for letter in letters})
    choices = "".join(_option(one, one, to) for one in people)
    kinds = "".join(_option(name, text, kind) for name, text in _KINDS.items())
    form = (
        '<form method="get">'
        f'<label>Người nhận / To <select name="to">{_option("", "–", to)}{choices}</select></label> '
        f'<label>Loại / Kind <select name="kind">{_option("", "–", kind)}{kinds}</select></label> '
        f'<label>Mã hồ sơ, từ / Code, words <input name="about" value="{html.escape(about)}"></label> '
        "<button>Lọc / Filter</button></form>"
    )
    count = f"<p>{len(shown)} / {len(letters)}</p>"
    return (
        form + count + ("".join(_letter(one) for one in reversed(shown)) or "<p>Chưa có thư. / Nothing was sent.</p>")
    )


def _option(value: str, text: str, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{html.escape(value)}"{mark}>{html.escape(text)}</option>'


def _letter(letter: Letter) -> str:
    at = datetime.fromisoformat(letter.at).astimezone(ZONE)
    size = f" · {len(letter.body)} / {sms.GSM_SEGMENT}, {sms.segments(letter.body)}×" if letter.kind == "sms" else ""
    text = _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(letter.body))
    return (
        f"<article><h2>{html.escape(letter.subject or _KINDS.get(letter.kind, letter.kind))}</h2>"
        f"<p>{letter.number} · {at:%H:%M:%S %d/%m/%Y} · {_KINDS.get(letter.kind, letter.kind)} · "
        f"{html.escape(letter.to)}{size}</p><pre>{text}</pre></article>"
    )
