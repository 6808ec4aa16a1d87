"""An account before it exists: what a sign-up must say, which consents there are, what a password must be.

Consent follows Law 91/2025/QH15: given per purpose and per version of its text, by an act of the person; silence and
defaults are no consent. The text of version n of purpose p is `consents.<p>-<n>` in the messages; a changed text is a
new version, and the old text stays, so that what was agreed to can be shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from chalicelib.domain import codes
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.values import dataclass

PERSON, ORGANISATION, OFFICER = "person", "organisation", "officer"
PASSWORD_LEAST, PASSWORD_MOST = 10, 64
NAME_MOST = 120
EMAIL_MOST = 254
POSTS_MOST = 2048  # characters of the attribute that carries them

# No quoted local parts, no addresses of hosts: nobody who can receive a code has one.
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.ASCII,
)
_USERNAME = re.compile(r"[\x21-\x7e]{1,254}")
_Checked = TypeVar("_Checked")


@dataclass(frozen=True)
class Purpose:
    """What personal data may be used for, and the version of its text that is asked for today."""

    code: str
    version: int
    mandatory: bool


PURPOSES = (Purpose("services", 1, True), Purpose("notices", 1, False), Purpose("survey", 1, False))


@dataclass(frozen=True)
class Agreed:
    """A version of a purpose that somebody agreed to, by an act of their own."""

    purpose: str
    version: int


@dataclass(frozen=True)
class Consent:
    """Whether a version of a purpose is agreed to now, and every act that led here, oldest first."""

    purpose: str
    version: int
    given: bool
    history: tuple[tuple[str, bool], ...]  # (moment in UTC, given or withdrawn)


@dataclass(frozen=True)
class SignUp:
    """A checked sign-up; `identity` is the identity number or the tax code as it is written officially."""

    kind: str
    identity: str
    name: str
    representative: str | None
    email: str
    phone: str
    password: str
    consents: tuple[Agreed, ...]

    @property
    def username(self) -> str:
        """Digits only: the hyphen before a branch number is for reading."""
        return self.identity.replace("-", "")


def sign_up(
    *,
    kind: str,
    identity: str,
    name: str,
    representative: str | None,
    email: str,
    phone: str,
    password: str,
    consents: Iterable[Agreed],
    today: date,
) -> SignUp:
    """What was typed, in its canonical form; raises Invalid with every defect at once."""
    defects: list[FieldError] = []

    def take(check: Callable[..., _Checked], *given: object) -> _Checked | None:
        try:
            return check(*given)
        except Invalid as error:
            defects.extend(error.fields)
            return None

    if kind == PERSON:
        number = take(check_identity, identity, today)
        if representative is not None:
            defects.append(FieldError("representative", "Unknown"))
    else:
        number = take(check_organisation, identity)
        representative = take(check_name, representative or "", "representative")
    checked_name = take(check_name, name)
    address = take(check_email, email)
    mobile = take(codes.check_phone, phone)
    take(check_password, password, (number or identity).replace("-", ""))
    agreed = tuple(consents)
    take(check_consents, agreed)
    if defects or number is None or checked_name is None or address is None or mobile is None:
        raise Invalid(_summary(defects), defects)
    return SignUp(kind, number, checked_name, representative, address, mobile, secret(password), agreed)


def _summary(defects: list[FieldError]) -> str:
    """A defect of the whole sign-up may speak for itself when it is the only one."""
    kinds = {defect.code for defect in defects}
    return kinds.pop() if len(kinds) == 1 and kinds <= {"WeakPassword", "ConsentRequired"} else "BadRequest"


def check_identity(text: str, today: date) -> str:
    return codes.check_identity_number(text, today, "identity").number


def check_organisation(text: str) -> str:
    return codes.check_tax_code(text, "identity")


def check_name(text: str, field: str = "name") -> str:
    """A name in composed letters and single spaces; control and formatting characters hide things and are refused."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise Invalid(fields=[FieldError(field, "Required")])
    if len(name) > NAME_MOST:
        raise Invalid(fields=[FieldError.of(field, "TooLong", most=NAME_MOST)])
    if any(unicodedata.category(c)[0] == "C" for c in name) or not any(c.isalpha() for c in name):
        raise Invalid(fields=[FieldError(field, "BadFormat")])
    return name


def check_email(text: str, field: str = "email") -> str:
    """An address in lower case. That it can be read by its owner is proven by the code sent there."""
    address = text.strip().lower()
    local, _, _ = address.partition("@")
    if len(address) > EMAIL_MOST or len(local) > 64 or _EMAIL.fullmatch(address) is None:
        raise Invalid(fields=[FieldError(field, "BadEmail")])
    return address


def check_password(text: str, username: str = "", field: str = "password") -> None:
    """Length counts, classes of characters do not (NIST SP 800-63B); one's own number and one repeated sign are none.

    Raises Invalid "WeakPassword". The pool's policy has the same length; checked here first so that a sign-up for an
    existing account is refused for the same passwords as one for a new account.
    """
    weak = not PASSWORD_LEAST <= len(text) <= PASSWORD_MOST or text != text.strip() or len(set(text)) < 4
    if weak or (username and username.lower() in text.lower()) or not text.isprintable():
        raise Invalid("WeakPassword", [FieldError.of(field, "WeakPassword", least=PASSWORD_LEAST, most=PASSWORD_MOST)])


def secret(password: str) -> str:
    """A password as it is compared: keyboards send the same Vietnamese letter composed or in parts."""
    return unicodedata.normalize("NFKC", password)


def check_consents(agreed: Iterable[Agreed]) -> None:
    """Raises Invalid for an unknown purpose, an outdated version, one named twice, and a mandatory one left out."""
    defects: list[FieldError] = []
    seen: set[str] = set()
    for index, one in enumerate(agreed):
        defects += _defects_of(one, f"consents[{index}]")
        if one.purpose in seen:
            defects.append(FieldError(f"consents[{index}].purpose", "NotUnique"))
        seen.add(one.purpose)
    missing = [p for p in PURPOSES if p.mandatory and p.code not in seen]
    if missing and not defects:
        defects.append(FieldError("consents", "ConsentRequired"))
    if defects:
        raise Invalid(_summary(defects), defects)


def check_consent(one: Agreed, given: bool) -> None:
    """Raises Invalid for what there is no asking for now; Conflict for withdrawing what the account rests on."""
    purpose = next((p for p in PURPOSES if p.code == one.purpose), None)
    withdraws_old = purpose is not None and not given and 1 <= one.version < purpose.version
    defects = [] if withdraws_old else _defects_of(one, "")
    if defects:
        raise Invalid("BadRequest", defects)
    if purpose is not None and purpose.mandatory and not given:
        raise Conflict("ConsentMandatory")


def _defects_of(one: Agreed, path: str) -> list[FieldError]:
    prefix = f"{path}." if path else ""
    purpose = next((p for p in PURPOSES if p.code == one.purpose), None)
    if purpose is None:
        expected = ", ".join(p.code for p in PURPOSES)
        return [FieldError.of(f"{prefix}purpose", "NotOneOf", expected=expected)]
    if one.version != purpose.version:
        return [FieldError.of(f"{prefix}version", "ConsentVersionOld", current=purpose.version)]
    return []


def due(kept: Iterable[Consent]) -> list[str]:
    """The mandatory purposes whose version of today was not agreed to: to be asked for before anything else."""
    agreed = {(c.purpose, c.version) for c in kept if c.given}
    return [p.code for p in PURPOSES if p.mandatory and (p.code, p.version) not in agreed]


def acted(before: Consent | None, one: Agreed, given: bool, now: datetime) -> Consent:
    """The consent after an act at `now`; an act that changes nothing leaves it as it was."""
    history = before.history if before else ()
    if before is not None and before.given == given:
        return before
    return Consent(one.purpose, one.version, given, (*history, (iso(now), given)))


def username(text: str) -> str | None:
    """What was typed as a username in the one form that accounts have; None for what no account can be named.

    Numbers are typed with spaces, and tax codes of branches with a hyphen; officers' addresses in any case.
    """
    typed = text.strip().lower()
    if "@" not in typed:
        typed = re.sub(r"[\s.\-]", "", typed)
    return typed if _USERNAME.fullmatch(typed) else None
