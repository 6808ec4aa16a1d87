"""Who is asking, and what they are to a dossier.

A citizen or organisation is the applicant of their own dossiers; an officer acts by posts, each a role at one agency;
SYSTEM is the portal itself (deadlines). Somebody who is nothing to a dossier must get the same answer as for one
that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.errors import Forbidden, Invalid
from chalicelib.values import dataclass


class Role(StrEnum):
    APPLICANT = "applicant"
    RECEPTION = "reception"
    APPRAISER = "appraiser"
    APPROVER = "approver"
    CASHIER = "cashier"
    CLERK = "clerk"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"
    CONSULTANT = "consultant"
    SYSTEM = "system"


OFFICER_ROLES = frozenset(Role) - {Role.APPLICANT, Role.CONSULTANT, Role.SYSTEM}
CONSULTED_BY = frozenset({Role.RECEPTION, Role.APPRAISER, Role.APPROVER})
"""The posts at another agency by which its officers see and answer what that agency is asked."""


@dataclass(frozen=True)
class Post:
    """A role at an agency, written `<agency code>:<role>`."""

    agency: str
    role: Role

    @classmethod
    def parse(cls, text: str) -> Post:
        agency, _, role = text.partition(":")
        if not agency or role not in {r.value for r in OFFICER_ROLES}:
            raise Invalid("PostMalformed", post=text)
        return cls(agency, Role(role))

    def __str__(self) -> str:
        return f"{self.agency}:{self.role}"


@dataclass(frozen=True)
class Actor:
    """Whoever acts: `id` is stable (the account's subject), `name` goes on the timeline.

    `stands_for` are the ids of absent officers whose substitute this officer is now, as far as the act needs it.
    """

    id: str
    name: str
    kind: str  # person | organisation | officer | system
    posts: frozenset[Post] = frozenset()
    stands_for: frozenset[str] = frozenset()

    @property
    def is_officer(self) -> bool:
        return self.kind == "officer"

    def agencies(self, roles: Iterable[Role] = OFFICER_ROLES) -> frozenset[str]:
        wanted = frozenset(roles)
        return frozenset(p.agency for p in self.posts if p.role in wanted)


SYSTEM = Actor("system", "Hệ thống", "system")


def roles_on(actor: Actor, *, owner: str, agency: str, consulted: Iterable[str] = ()) -> frozenset[Role]:
    """What the actor is to a dossier of `owner` at `agency`, about which the agencies `consulted` were asked; nothing
    at all for a stranger."""
    if actor.kind == "system":
        return frozenset({Role.SYSTEM})
    if actor.is_officer:
        here = frozenset(p.role for p in actor.posts if p.agency == agency)
        return here | {Role.CONSULTANT} if actor.agencies(CONSULTED_BY) & frozenset(consulted) else here
    return frozenset({Role.APPLICANT}) if actor.id == owner else frozenset()


def require_officer(actor: Actor) -> None:
    """Raises Forbidden unless the actor is an officer with at least one post."""
    if not actor.is_officer or not actor.posts:
        raise Forbidden("OfficersOnly")


def require_role(actor: Actor, agency: str, *roles: Role) -> None:
    """Raises Forbidden, naming the first of `roles`, unless the actor holds one of them at the agency."""
    if not roles_on(actor, owner="", agency=agency) & set(roles):
        raise Forbidden("NoSuchPost", role=roles[0].value)


def require_applicant_account(actor: Actor) -> None:
    """Raises Forbidden for officers: they file as citizens, with an account of their own."""
    if actor.kind not in {"person", "organisation"}:
        raise Forbidden("CitizensOnly")
