"""The portal's part of a callback, without the portal: read it, say what became of it, keep the evidence."""

from __future__ import annotations

from chalicelib.domain.payment import Evidence
from chalicelib.gateways.payments.contract import BadCallback, Gateway, Message, Reply, Verdict
from tests.gateways.orders import NOW


class Portal:
    """`verdicts` are said one by one; SETTLED when there are none left."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.verdicts: list[Verdict] = []
        self.evidence: list[Evidence] = []
        self.refused: list[BadCallback] = []

    def __call__(self, message: Message) -> Reply:
        try:
            self.evidence.append(self.gateway.read_callback(message))
        except BadCallback as bad:
            self.refused.append(bad)
            return self.gateway.reply(bad.verdict, message, NOW)
        return self.gateway.reply(self.verdicts.pop(0) if self.verdicts else Verdict.SETTLED, message, NOW)
