"""Signing the form of a draft from afar: asked for, followed, taken back; and the providers that call."""

from __future__ import annotations

from typing import Literal

from chalice.app import Response

from chalicelib import messages
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.domain.event import iso
from chalicelib.domain.remote_signing import OPEN, Signing, SigningState
from chalicelib.errors import NotFound
from chalicelib.services import present
from chalicelib.services import remote_signing as service
from chalicelib.telemetry import logger

remote_signing_api = Api(__name__, "papers")
Provider = Literal["vnpt", "viettel"]


class SigningBody(Body):
    """`id` is made by the client: the same request again is the same request."""

    id: str = Field(pattern=KEY)
    provider: Provider


class ProviderShape(TypedDict):
    code: str
    name: str


class SigningShape(TypedDict):
    """`over` when nothing more happens; `message` says how it stands or how it ended.

    `shown` is what the phone shows and `check_code` the code in it, "" until the request is there; `paper` is the paper
    that the signed form became.
    """

    id: str
    provider: ProviderShape
    state: Literal["preparing", "asking", "waiting", "signed", "done", "expired", "failed", "cancelled"]
    why: str | None
    message: str
    over: bool
    check_code: str
    shown: str
    created_at: str
    expires_at: str
    paper: str | None


class SigningsShape(TypedDict):
    """The providers that a form can be signed through now (none for a dossier that needs no signature or was filed)."""

    providers: list[ProviderShape]
    signing: SigningShape | None


@remote_signing_api.view("GET", "/dossiers/{dossier_id}/signing", gives=SigningsShape)
def get_my_signing(call: Call, dossier_id: str) -> SigningsShape:
    """Through whom the form of my draft can be signed, and the request that there is."""
    providers, there = service.overview(call.who, path_id(dossier_id))
    return {
        "providers": [_provider(name, call.language) for name in providers],
        "signing": _signing(there, call.language) if there else None,
    }


@remote_signing_api.view("POST", "/dossiers/{dossier_id}/signing", body=SigningBody, gives=SigningShape, status=201)
def start_signing(call: Call, dossier_id: str) -> SigningShape:
    """Ask a provider for my signature of the form that was issued last; I agree on my phone."""
    body = call.body
    return _signing(service.start(call.who, path_id(dossier_id), body.id, body.provider, present.now()), call.language)


@remote_signing_api.view("PUT", "/dossiers/{dossier_id}/signing/check", gives=SigningShape)
def check_signing(call: Call, dossier_id: str) -> SigningShape:
    """How my request stands; its provider is asked when that may help."""
    return _signing(service.check(call.who, path_id(dossier_id), present.now()), call.language)


@remote_signing_api.view("DELETE", "/dossiers/{dossier_id}/signing/{signing_id}", gives=SigningShape)
def cancel_signing(call: Call, dossier_id: str, signing_id: str) -> SigningShape:
    """Take my request back, as long as it was not signed."""
    return _signing(service.cancel(call.who, path_id(dossier_id), signing_id, present.now()), call.language)


@remote_signing_api.view("POST", "/signing-hints/{provider}", public=True, raw=True)
def provider_calls(call: Call, provider: str) -> Response:
    """A provider calls: believed in nothing, but a reason to ask it. The answer says nothing of what is known here."""
    raw = call.request.raw_body
    try:
        service.hint(provider, raw.encode() if isinstance(raw, str) else bytes(raw), present.now())
        status = 200
    except NotFound:
        raise
    except Exception:  # ours, whatever it is: it may call again, and the sweeper asks in any case
        logger.exception("a hint failed", provider=provider)
        status = 503
    return Response(body="{}", status_code=status, headers={"Content-Type": "application/json"})


def _provider(name: str, language: str) -> ProviderShape:
    return {"code": name, "name": messages.text(language, "providers", name)}


def _signing(of: Signing, language: str) -> SigningShape:
    told = of.why.value if of.state is SigningState.FAILED and of.why else of.state.value
    provider = _provider(of.provider, language)
    return {
        "id": of.id,
        "provider": provider,
        "state": of.state.value,
        "why": of.why.value if of.why else None,
        "message": messages.text(language, "signings", told, provider=provider["name"]),
        "over": of.state not in OPEN,
        "check_code": of.check_code,
        "shown": service.description(of) if of.check_code else "",
        "created_at": iso(of.created_at),
        "expires_at": iso(of.expires_at),
        "paper": of.paper,
    }
