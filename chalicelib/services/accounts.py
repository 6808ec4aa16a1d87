"""Accounts: sign-up, confirmation, password, profile, consents; and those an operator makes.

Whether an account exists is told to nobody. A sign-up for an existing account looks like any other: the same calls in
the same order, the same answer, and neither a code nor a consent in the holder's name. An account that was never
confirmed is nobody's yet: the next sign-up for its number takes its place, so that a mistyped address (or somebody
else's attempt) cannot keep its owner out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from chalicelib.domain import account as rules
from chalicelib.domain import codes
from chalicelib.domain.access import Post
from chalicelib.domain.account import ORGANISATION, PERSON, Agreed, Consent, SignUp
from chalicelib.domain.clock import ZONE
from chalicelib.errors import Conflict, FieldError, Invalid, TooMany, Unauthenticated
from chalicelib.gateways import identity
from chalicelib.services import present, teams
from chalicelib.storage import people
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Profile:
    """What the portal knows of a person, an organisation or an officer; `consents_due` must be asked for."""

    kind: str
    name: str
    identity: str | None
    representative: str | None
    email: str
    phone: str | None
    posts: tuple[str, ...]
    consents_due: tuple[str, ...]


@dataclass(frozen=True)
class Officer:
    sub: str
    username: str
    name: str
    posts: tuple[str, ...]
    enabled: bool
    status: str


def today() -> date:
    """The date in the province; birth years are checked against it."""
    return present.now().astimezone(ZONE).date()


def sign_up(form: SignUp) -> None:
    """Make an unconfirmed account and keep its consents, unless a confirmed one has the number."""
    found = identity.account(form.username)
    if found is not None and found.status == identity.UNCONFIRMED:
        identity.delete(form.username)
    sub = identity.sign_up(form.username, form.password, _attributes_of(form))
    people.record(sub, form.consents, present.now())


def _attributes_of(form: SignUp) -> dict[str, str]:
    attributes = {
        "name": form.name,
        "email": form.email,
        "phone_number": form.phone,
        "custom:kind": form.kind,
        "custom:identity": form.identity,
    }
    if form.representative:
        attributes["custom:representative"] = form.representative
    return attributes


def confirm(username: str, code: str) -> None:
    """Raises Invalid "CodeWrong"."""
    identity.confirm_sign_up(_known_form(username), code)


def resend(username: str) -> None:
    name = rules.username(username)
    if name is not None:
        identity.resend_code(name)


def forget(username: str) -> None:
    """Send a code for a new password to the holder, if there is one."""
    name = rules.username(username)
    if name is not None:
        identity.forgot_password(name)


def reset(username: str, code: str, password: str) -> None:
    """Set a new password and end every session: whoever knew the old one is out. Raises CodeWrong, WeakPassword."""
    name = _known_form(username)
    rules.check_password(password, name)
    identity.reset_password(name, code, rules.secret(password))
    identity.sign_out(name)


def _known_form(username: str) -> str:
    name = rules.username(username)
    if name is None:
        raise Invalid("CodeWrong", [FieldError("code", "CodeWrong")])
    return name


def profile(username: str) -> Profile:
    """As the pool has it now; the token may be older. Raises SessionEnded when the account is gone."""
    found = identity.account(username)
    if found is None or not found.enabled:
        raise Unauthenticated("SessionEnded")
    given = found.attributes
    kind = given.get("custom:kind", "")
    due = rules.due(people.consents(found.sub)) if kind in {PERSON, ORGANISATION} else []
    return Profile(
        kind,
        given.get("name", ""),
        given.get("custom:identity"),
        given.get("custom:representative"),
        given.get("email", ""),
        given.get("phone_number"),
        tuple(given.get("custom:posts", "").split()),
        tuple(due),
    )


def change_phone(username: str, phone: str) -> str:
    """The number in its canonical form.

    Only the phone can be changed: the name belongs to the identity number, and the address is where codes go, so that
    a new one has to be proven first, for which Cognito asks for an access token that the site does not have.
    """
    number = codes.check_phone(phone)
    identity.update(username, {"phone_number": number})
    return number


def consents(sub: str) -> list[Consent]:
    return people.consents(sub)


def decide_consent(sub: str, one: Agreed, given: bool) -> Consent:
    """Give or withdraw; what was so already stays as it was. Raises Invalid, Conflict "ConsentMandatory"."""
    rules.check_consent(one, given)
    before = people.consent(sub, one)
    if before is None and not given:
        return Consent(one.purpose, one.version, False, ())
    after = rules.acted(before, one, given, present.now())
    if after == before:
        return after
    if len(after.history) > people.MOST_ACTS:
        raise TooMany("TooMany")
    people.replace(sub, before, after)
    return after


# Made by an operator, or by the seed of the local cloud.


def ensure_officer(email: str, name: str, posts: Iterable[str], password: str | None = None) -> bool:
    """Make the officer, or set the name, posts and (if given) password of the one there is. True when new.

    Without a password a new officer is mailed a temporary one, good for three days and for one login.
    """
    username = rules.check_email(email)
    attributes = {"name": rules.check_name(name), "custom:posts": _posts(posts)}
    if password is not None:
        rules.check_password(password, username)
    first = {"email": username, "email_verified": "true", "custom:kind": rules.OFFICER}
    made = identity.create(username, {**attributes, **first}, invite=password is None)
    before = _officer(username)
    if not made:
        identity.update(username, attributes)
    if password is not None:
        identity.set_password(username, rules.secret(password))
    identity.join(username, identity.OFFICERS)
    teams.enrol(before.sub, attributes["name"], _parsed(attributes["custom:posts"]), _parsed(" ".join(before.posts)))
    return made


def set_posts(email: str, posts: Iterable[str]) -> Officer:
    """Replace all posts; a token that is out keeps the old ones until it ends (30 minutes)."""
    username = rules.check_email(email)
    officer = _officer(username)
    text = _posts(posts)
    identity.update(username, {"custom:posts": text})
    teams.enrol(officer.sub, officer.name, _parsed(text), _parsed(" ".join(officer.posts)))
    return replace(officer, posts=tuple(text.split()))


def disable_officer(email: str) -> None:
    """No login, no refresh; a token that is out ends within 30 minutes."""
    username = rules.check_email(email)
    officer = _officer(username)
    identity.disable(username)
    identity.sign_out(username)
    teams.enrol(officer.sub, officer.name, (), _parsed(" ".join(officer.posts)))


def enrol_officers() -> int:
    """Write every officer into the rosters of their agencies: after a crash, or where there were none. How many."""
    found = [one for one in officers() if one.enabled]
    for officer in found:
        teams.enrol(officer.sub, officer.name, _parsed(" ".join(officer.posts)))
    return len(found)


def officers() -> Iterator[Officer]:
    """All of them, a page at a time."""
    return (_as_officer(account) for account in identity.members(identity.OFFICERS))


def _officer(username: str) -> Officer:
    found = identity.account(username)
    if found is None or found.attributes.get("custom:kind") != rules.OFFICER:
        raise Conflict("OfficerUnknown")
    return _as_officer(found)


def _as_officer(found: identity.Account) -> Officer:
    given = found.attributes
    posts = tuple(given.get("custom:posts", "").split())
    return Officer(found.sub, found.username, given.get("name", ""), posts, found.enabled, found.status)


def _parsed(posts: str) -> list[Post]:
    return [Post.parse(one) for one in posts.split()]


def _posts(posts: Iterable[str]) -> str:
    """The attribute that carries the posts; raises Invalid for a malformed one, for none, for too many."""
    text = " ".join(sorted({str(_post(post)) for post in posts}))
    if not text:
        raise Invalid("BadRequest", [FieldError("posts", "Required")])
    if len(text) > rules.POSTS_MOST:
        raise Invalid("BadRequest", [FieldError.of("posts", "TooLong", most=rules.POSTS_MOST)])
    return text


def _post(text: str) -> Post:
    post = Post.parse(text)
    return Post(codes.check_agency_code(post.agency, "posts"), post.role)


def ensure_citizen(form: SignUp) -> bool:
    """A confirmed account without a code, for the demo citizens; one that exists keeps everything but its password."""
    attributes = {**_attributes_of(form), "email_verified": "true"}
    made = identity.create(form.username, attributes, invite=False)
    identity.set_password(form.username, form.password)
    if made:
        found = identity.account(form.username)
        assert found is not None
        people.record(found.sub, form.consents, present.now())
    return made
