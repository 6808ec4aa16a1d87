"""Who may keep an agency's books: officers of the agency itself, and of those above it in the tree."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain import codes
from chalicelib.domain.access import Actor, Role, require_officer
from chalicelib.domain.agency import is_within
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.domain.payment import is_reference
from chalicelib.errors import Forbidden, Invalid, NotFound
from chalicelib.services import catalogue
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger, lists
from chalicelib.values import dataclass

SEES = (Role.ACCOUNTANT, Role.ADMINISTRATOR)
KEEPS = (Role.ACCOUNTANT,)
TAKES = (Role.CASHIER, Role.ACCOUNTANT)


@dataclass(frozen=True)
class Clerk:
    """Who reads a file or enters a slip: an officer, or the operator at the command line."""

    id: str
    name: str


def require(actor: Actor, agency: str, roles: Iterable[Role]) -> Clerk:
    """The officer, who holds one of `roles` at the agency or above it.

    Raises NotFound for an agency whose money is none of theirs, Forbidden when they have another post there.
    """
    require_officer(actor)
    tree, wanted = catalogue.agencies(), tuple(roles)
    above = {post.role for post in actor.posts if is_within(tree, agency, post.agency)}
    if agency not in tree or not above & {*SEES, *TAKES}:
        raise NotFound("NotFound")
    if not above & set(wanted):
        raise Forbidden("NoSuchPost", role=wanted[0].value)
    return Clerk(actor.id, actor.name)


def dossier_for(reference: str, agency: str) -> Dossier | None:
    """The dossier that a payer named by its code or by our reference, when it was filed at the agency or below it."""
    typed = canonical(reference)
    if is_reference(typed):
        found = ledger.dossier_of(typed)
    else:
        found = _by_code(typed)
    if found is None:
        return None
    dossier = kept.head(found)
    inside = is_within(catalogue.agencies(), dossier.agency, agency)
    return dossier if inside and dossier.state is not State.DRAFT else None


def _by_code(typed: str) -> str | None:
    try:
        code = str(codes.parse_dossier_code(typed))
    except Invalid:
        return None
    found = lists.by_code(code)
    return found.id if found else None


def canonical(reference: str) -> str:
    """A code or reference as it is compared: however it was typed."""
    return "".join(reference.split()).upper()
