"""Notes that officers leave on a dossier for each other. No applicant, no export and no proof ever has them."""

from __future__ import annotations

from chalicelib.values import dataclass

LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Note:
    """`at` is ISO 8601 UTC; `agency` is the one whose officers may read it; `author` and `name` who wrote it;
    `files` is how many it was left with.
    """

    id: str
    at: str
    agency: str
    author: str
    name: str
    text: str
    files: int = 0
