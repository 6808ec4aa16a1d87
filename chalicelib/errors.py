"""Every deliberate error, as plain nouns. No HTTP and no language in here.

    ServiceError
    ├── Invalid              the request is understood and wrong; names each field
    │   └── TooLarge         more bytes than allowed
    ├── Unauthenticated      nobody, or no longer somebody
    ├── Forbidden            somebody, but not for this kind of act
    ├── NotFound             absent or not yours: one answer for both
    ├── Conflict             right in itself, wrong now
    │   ├── TransitionRefused    the table of transitions has no such step
    │   └── StaleWrite           somebody else wrote first
    ├── TooMany              too often; wait
    └── UpstreamFailed       another system did not do its part; try again
        └── Undeliverable        it never will: the address is refused

Class names are a contract: Lambda reports them as errorType and the workflow matches on them.
`code` is machine-readable and the key of the texts in `messages/<language>.json` under "errors" and "fields".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from chalicelib.values import dataclass


@dataclass(frozen=True)
class FieldError:
    """One defect of one field: `field` is a path such as `papers[2].name`, `code` the key of its text."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, field: str, code: str, /, **params: Any) -> FieldError:
        return cls(field, code, params)


class ServiceError(Exception):
    """A refusal with a code, the fields it is about and the values its text needs.

    `text` is the key of its text: the code's own, unless more can be said than the code does.
    """

    def __init__(self, code: str | None = None, /, fields: Iterable[FieldError] = (), **params: Any) -> None:
        self.code = self.text = code or type(self).__name__
        self.fields = tuple(fields)
        self.params = params
        details = ", ".join(f"{f.field}: {f.code}" for f in self.fields)
        super().__init__(f"{self.code} ({details})" if details else self.code)


class Invalid(ServiceError):
    """The request is wrong in itself; sending it again unchanged will fail again."""


class TooLarge(Invalid):
    """More bytes than allowed."""


class Unauthenticated(ServiceError):
    """The caller is unknown, or the session has ended."""


class Forbidden(ServiceError):
    """The caller is known and has no post or right for this kind of act."""


class NotFound(ServiceError):
    """Absent, or not the caller's: the two must not be told apart."""


class Conflict(ServiceError):
    """Right in itself, but not in the present state of things."""


class TransitionRefused(Conflict):
    """The transition table has no such step from the dossier's state for this actor."""


class StaleWrite(Conflict):
    """Somebody else changed it first; load again."""


class TooMany(ServiceError):
    """The caller does this too often."""


class UpstreamFailed(ServiceError):
    """Another system did not do its part."""


class Undeliverable(UpstreamFailed):
    """The other system refuses the address for good; to try again is of no use."""
