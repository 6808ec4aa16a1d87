"""Notices: how somebody wants to be told, what they were told, and what became of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from chalicelib import messages
from chalicelib.api import notice_shapes as shapes
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, claims_of, path_id
from chalicelib.domain.access import require_applicant_account
from chalicelib.domain.notice import REQUIRED, Channel, Kind, Preferences, Quiet
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import inboxes, notice_log, present
from chalicelib.services import notice_preferences as preferences

notices_api = Api(__name__, "notices")
BOX = {"box": 'whose: "mine" (the usual) or the code of an agency of mine'}


@notices_api.view("GET", "/me/notices", gives=shapes.PreferencesShape)
def my_notice_preferences(call: Call) -> shapes.PreferencesShape:
    """By which ways I am told, in which language, and when not."""
    require_applicant_account(call.who)
    return _preferences(call, preferences.of(call.who))


@notices_api.view("PUT", "/me/notices", body=shapes.PreferencesBody, gives=shapes.PreferencesShape)
def choose_notice_preferences(call: Call) -> shapes.PreferencesShape:
    """Choose the ways, the language and the quiet hours; they hold for my open dossiers too."""
    require_applicant_account(call.who)
    body: shapes.PreferencesBody = call.body
    ways = body.ways.model_dump()
    wanted = Preferences(
        version=body.version,
        language=body.language,
        channels={kind: frozenset(Channel(one) for one in ways[kind.value]) for kind in Kind},
        quiet=Quiet(time.fromisoformat(body.quiet.start), time.fromisoformat(body.quiet.end)) if body.quiet else None,
        **_addresses(call),
    )
    return _preferences(call, preferences.choose(call.who, wanted))


@notices_api.view("GET", "/me/inbox", gives=shapes.InboxShape, query={**PAGE, **BOX})
def my_inbox(call: Call) -> shapes.InboxShape:
    """What I was told, newest first."""
    page = inboxes.page(call.who, call.query("box", inboxes.MINE), call.limit(), call.query("cursor"))
    items = [_told(row.id, row.at, row.body, page.seen, call.language) for row in page.rows]
    return {"items": items, "cursor": page.cursor, "seen": page.seen}


@notices_api.view("GET", "/me/inbox/unread", gives=shapes.UnreadShape, query=BOX)
def count_unread(call: Call) -> shapes.UnreadShape:
    """How many notices came since I looked."""
    return {"count": inboxes.unread(call.who, call.query("box", inboxes.MINE))}


@notices_api.view("PUT", "/me/inbox/seen", body=shapes.SeenBody, status=204)
def mark_seen(call: Call) -> None:
    """Mark what came up to a moment as read."""
    inboxes.see(call.who, call.body.box, moment(call.body.until), present.now())


@notices_api.view("GET", "/dossiers/{dossier_id}/notices", gives=shapes.LogShape, query=PAGE)
def list_dossier_notices(call: Call, dossier_id: str) -> shapes.LogShape:
    """The notices of a dossier and what became of them, for its owner and the agency's officers, newest first."""
    logged, cursor = notice_log.page(call.who, path_id(dossier_id), call.limit(), call.query("cursor"))
    items: list[shapes.LoggedShape] = [
        {
            "id": one.id,
            "at": one.at,
            "subject": one.subject,
            "kind": cast(shapes.NoticeKind, one.kind),
            "deliveries": [_delivery(way, entry, call.language) for way, entry in one.ways.items()],
        }
        for one in logged
    ]
    return {"items": items, "cursor": cursor}


def moment(text: str) -> datetime:
    """A moment of a body, with its offset from UTC; raises Invalid naming `until`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        raise Invalid("BadRequest", [FieldError.of("until", "BadFormat")])
    return found


def _addresses(call: Call) -> dict[str, str]:
    claims = claims_of(call)
    return {"email": str(claims.get("email", "")), "phone": str(claims.get("phone_number", ""))}


def _preferences(call: Call, of: Preferences) -> shapes.PreferencesShape:
    account = _addresses(call)
    return {
        "version": of.version,
        "language": cast(shapes.Language, of.language),
        "ways": [
            {
                "kind": kind.value,
                "required": kind in REQUIRED,
                "ways": [one.value for one in Channel if one in of.channels[kind]],
            }
            for kind in Kind
        ],
        "quiet": {"start": f"{of.quiet.start:%H:%M}", "end": f"{of.quiet.end:%H:%M}"} if of.quiet else None,
        "email": of.email or account["email"],
        "phone": of.phone or account["phone"],
    }


def _told(row_id: str, at: str, body: Any, seen: str, language: str) -> shapes.InboxItemShape:
    subject, text = body.get("subject"), body.get("text")
    if "key" in body:
        about = {"code": body["code"], "procedure": body["procedure"]}
        subject, text = (messages.text(language, "desk_notices", f"{body['key']}.{p}", **about) for p in _PARTS)
    return {
        "id": row_id,
        "at": at,
        "dossier": body["dossier"],
        "code": body["code"],
        "subject": subject,
        "text": text,
        "kind": body.get("kind"),
        "unread": at > seen,
    }


_PARTS = ("subject", "text")


def _delivery(way: str, entry: Any, language: str) -> shapes.DeliveryShape:
    error = entry.get("error")
    return {
        "way": cast(shapes.Way, way),
        "state": entry["state"],
        "to": entry["to"],
        "at": entry["at"],
        "tries": int(entry.get("tries", 0)),
        "error": messages.text(language, "deliveries", error) if error else None,
    }
