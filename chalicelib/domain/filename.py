"""Names of files are their sender's text: cleaned when they come in, encoded when they go out."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 80  # characters before the suffix: what file systems take in UTF-8 with Vietnamese diacritics
NAMELESS = "giay-to"


def clean(name: str) -> str:
    """The name without folders, control and direction marks, and what file systems refuse; never empty."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = re.sub(r'[<>:"|?*;%]', "_", text)
    text = re.sub(r" +", " ", text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot or not re.fullmatch("[A-Za-z0-9]{1,10}", suffix):
        stem, suffix = text, ""
    stem = stem[:LONGEST].strip(" .") or NAMELESS
    return f"{stem}.{suffix}" if suffix else stem


def as_pdf(name: str) -> str:
    """The name of the PDF that a file of this name became."""
    stem, dot, suffix = clean(name).rpartition(".")
    return f"{stem if dot and suffix.lower() in {'pdf', 'jpg', 'jpeg', 'png'} else clean(name)}.pdf"


def attachment(name: str) -> str:
    """A Content-Disposition that saves under `name` (RFC 6266, RFC 5987), with an ASCII name for old clients."""
    folded = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    plain = re.sub(r"[^A-Za-z0-9._ -]", "", folded.encode("ascii", "ignore").decode()).strip() or NAMELESS
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
