"""Money: what the applicant pays and gets back, and the gateways that call."""

from __future__ import annotations

from chalice.app import Request, Response

from chalicelib.api import money_shapes, money_views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, path_id
from chalicelib.domain.payment import is_reference
from chalicelib.errors import NotFound
from chalicelib.services import callbacks, present
from chalicelib.services import payments as service
from chalicelib.services.payments import Payer

payments_api = Api(__name__, "payments")


class AttemptBody(Body):
    """`id` is made by the client, so that an attempt sent twice is one; `way` is one of the ways offered."""

    id: str = Field(pattern=KEY)
    way: str = Field(pattern=r"^[a-z]{2,20}$")


@payments_api.view("GET", "/dossiers/{dossier_id}/payments", gives=money_shapes.MoneyShape)
def get_my_payments(call: Call, dossier_id: str) -> money_shapes.MoneyShape:
    """The money of a dossier of mine: fees, what is due and how to pay it, what was paid, what goes back."""
    now = present.now()
    return money_views.whole(service.overview(call.who, path_id(dossier_id), now), call.who, call.language, now)


@payments_api.view(
    "POST", "/dossiers/{dossier_id}/payments", body=AttemptBody, gives=money_shapes.AttemptShape, status=201
)
def start_payment(call: Call, dossier_id: str) -> money_shapes.AttemptShape:
    """Start paying what is due now; answers with the address of the gateway, or what to show as a QR code."""
    payer = Payer(_address(call.request), call.language)
    attempt = service.start(call.who, path_id(dossier_id), call.body.id, call.body.way, payer, present.now())
    return money_views.attempt(attempt, call.language)


@payments_api.view("POST", "/payment-attempts/{reference}/check", gives=money_shapes.AttemptShape)
def check_payment(call: Call, reference: str) -> money_shapes.AttemptShape:
    """How an attempt of mine stands, by the reference that the browser brought back; its gateway is asked in turn."""
    if not is_reference(reference):
        raise NotFound("AttemptNotFound")
    return money_views.attempt(service.check(call.who, reference, present.now()), call.language)


@payments_api.view("GET", "/desk/dossiers/{dossier_id}/payments", gives=money_shapes.MoneyShape)
def get_desk_payments(call: Call, dossier_id: str) -> money_shapes.MoneyShape:
    """The money of a dossier of my agency."""
    now = present.now()
    return money_views.whole(service.desk_overview(call.who, path_id(dossier_id), now), call.who, call.language, now)


@payments_api.view("GET", "/payments/{gateway}", public=True, raw=True)
def gateway_calls_by_address(call: Call, gateway: str) -> Response:
    """A gateway reports a payment in the query (VNPay's IPN); answered in its own words."""
    return _called(call, gateway)


@payments_api.view("POST", "/payments/{gateway}", public=True, raw=True)
def gateway_calls(call: Call, gateway: str) -> Response:
    """A gateway or bank reports payments in the body; verified on its bytes, answered in its own words."""
    return _called(call, gateway)


def _called(call: Call, gateway: str) -> Response:
    request = call.request
    raw = request.raw_body
    reply = callbacks.callback(
        gateway,
        request.method,
        {name: request.query_params.getlist(name) for name in request.query_params} if request.query_params else {},
        raw.encode() if isinstance(raw, str) else bytes(raw),
        {str(name).lower(): str(value) for name, value in (request.headers or {}).items()},
        call.request_id,
        present.now(),
    )
    headers: dict[str, str | list[str]] = {"Content-Type": reply.content_type} if reply.body is not None else {}
    return Response(body=reply.body or "", status_code=reply.status, headers=headers)


def _address(request: Request) -> str:
    """The payer's address as API Gateway saw it; gateways want one and decide nothing by it."""
    return str((request.context.get("identity") or {}).get("sourceIp") or "127.0.0.1")
