"""Effects follow events: the relay performs them when the stream tells, the sweeper what the relay left undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from chalicelib import settings
from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.gateways import functions
from chalicelib.services import (
    appointments,
    attachments,
    calendars,
    checks,
    consultation_notices,
    expectations,
    inboxes,
    notice_sending,
    notices,
    papers,
    paybacks,
    payments,
    proofs,
    receipts,
    remote_signing,
    sealing,
    sheets,
    statistics,
    sync,
    teams,
    workflow,
)
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger, lists, outbox, tasks
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger

Sweep = Callable[[datetime, Sequence[int]], dict[str, int]]
SHARDS = range(4)
RELAY_GETS = timedelta(seconds=60)
"""How long the relay has before the sweeper performs an effect itself."""
POISON_WAITS = timedelta(minutes=15)
"""How long what failed lets the others go first."""
SWEPT_PER_SHARD = 200


def perform(dossier_id: str, sk: str, now: datetime) -> None:
    """Perform one effect and forget it; an effect that is gone was performed. Safe to repeat."""
    effect = outbox.get(dossier_id, sk)
    if effect is not None and EFFECTS[effect.kind](effect, now):
        outbox.performed(effect)


def _advance(effect: Effect, now: datetime) -> bool:
    workflow.advance(effect.dossier, now)
    return True


def _restart(effect: Effect, now: datetime) -> bool:
    workflow.reconcile(effect.dossier, now)
    return True


def _pay_back(effect: Effect, now: datetime) -> bool:
    paybacks.advance(effect.dossier, now)
    return True


def _count(effect: Effect, now: datetime) -> bool:
    statistics.count_dossier(effect)  # which forgets the effect in the same transaction
    return False


def _notice(effect: Effect, now: datetime) -> bool:
    bundle = kept.load(effect.dossier)
    refunds = ledger.account(effect.dossier).refunds if bundle.dossier.refund else ()
    notices.of_event(bundle.dossier, bundle.events[effect.event_number - 1], now, refunds)
    return True


def _send(effect: Effect, now: datetime) -> bool:
    notice_sending.send(effect, now)
    return False  # forgotten with what became of it


def _desk(effect: Effect, now: datetime) -> bool:
    bundle = kept.load(effect.dossier)
    inboxes.of_event(bundle.dossier, bundle.events[effect.event_number - 1])
    return True


def _message(effect: Effect, now: datetime) -> bool:
    bundle = kept.load(effect.dossier)
    message = next(m for m in bundle.messages if m.id == effect.body["message"])
    if message.actor["role"] == "applicant":
        inboxes.of_letter(bundle.dossier, effect.event_number, message)
    else:
        notices.of_message(bundle.dossier, effect.event_number, message, now)
    return True


def _reminder(effect: Effect, now: datetime) -> bool:
    if effect.body["at"] > iso(now):
        return False  # the stream tells of it when it is written; the sweeper finds it when it is due
    bundle = kept.load(effect.dossier)
    asked_by = bundle.events[effect.event_number - 1]
    if expectations.holds(bundle.dossier, bundle.parcels, asked_by, effect.body):
        notices.of_wait(bundle.dossier, effect.event_number, bundle.parcels, effect.body, now)
    return True


def _warning(effect: Effect, now: datetime) -> bool:
    if effect.body["at"] > iso(now):
        return False  # as a reminder
    appointments.warn(effect.dossier, effect.body["due_at"], now)
    return True


def _recalculate(effect: Effect, now: datetime) -> bool:
    calendars.go_on(effect, now)
    return False  # the next page takes its place in the same transaction


def _account(effect: Effect, now: datetime) -> bool:
    (refund,) = (r for r in ledger.account(effect.dossier).refunds if r.id == effect.body["refund"])
    notices.of_account(kept.head(effect.dossier), effect.event_number, refund, now)
    return True


def _seal(effect: Effect, now: datetime) -> bool:
    sealing.ask(kept.load(effect.dossier), effect, now)
    return False  # performed by the function that is asked


def _receipt(effect: Effect, now: datetime) -> bool:
    bundle = kept.load(effect.dossier)
    receipts.issue(bundle, bundle.events[effect.event_number - 1].detail["payment"], now)
    return True


def _consultation(effect: Effect, now: datetime) -> bool:
    consultation_notices.tell(kept.load(effect.dossier), effect.event_number)
    return True


def _assign(effect: Effect, now: datetime) -> bool:
    teams.assign(effect.dossier, effect.event_number, now)
    return True


def _sheet(effect: Effect, now: datetime) -> bool:
    sheets.issue(kept.load(effect.dossier), effect.event_number)
    return True


def _tell(effect: Effect, now: datetime) -> bool:
    sync.wake(effect.dossier, effect.event_number, now)
    return True


def _prove(effect: Effect, now: datetime) -> bool:
    proofs.hand_on(effect, now)
    return False  # performed by the function that is asked


EFFECTS: Mapping[str, Callable[[Effect, datetime], bool]] = {
    "workflow": _advance,
    "restart": _restart,
    "refund": _pay_back,
    "count": _count,
    "notice": _notice,
    "send": _send,
    "desk": _desk,
    "message": _message,
    "reminder": _reminder,
    "warning": _warning,
    "recalculate": _recalculate,
    "account": _account,
    "seal": _seal,
    "receipt": _receipt,
    "sheet": _sheet,
    "consultation": _consultation,
    "sync": _tell,
    "proof": _prove,
    "assign": _assign,
}
"""What is done for each kind of effect; True when the effect may be forgotten with that."""


def hand_on_signing(dossier_id: str) -> None:
    """Let the function that signs go on with a dossier's request; it looks whether there is anything to do."""
    functions.call_later(settings.sign_remotely_function(), {"dossier": dossier_id})


def sweep(now: datetime, *, everything: bool = False) -> dict[str, int]:
    """Finish what was left: effects not performed, uploads never looked at, deadlines that nobody acted on.

    Each open dossier is looked after within a day in any case (workflow.watch_at); with `everything`, for an operator
    after a restart or a disaster, all of them now. One poison record is logged and left for the next sweep; it stops
    nothing else.
    """
    done = dict.fromkeys(("effects", "uploads", "checks", "dossiers", "payments", "refunds", "signings", "failed"), 0)
    oldest = iso(now)
    for shard in SHARDS:
        until = iso(now if everything else now - RELAY_GETS)
        most = None if everything else SWEPT_PER_SHARD
        for row in lists.pending("outbox", until, shard, most):
            oldest = min(oldest, row.due)
            later = partial(outbox.postpone, row.dossier, row.sk, now + POISON_WAITS - RELAY_GETS)
            done[_tried("effects", partial(perform, row.dossier, row.sk, now), later, row.dossier)] += 1
        until = "9999" if everything else iso(now)
        for row in lists.pending("watch", until, shard, most):
            later = partial(tasks.watch, row.dossier, now + POISON_WAITS)
            done[_tried("dossiers", partial(_look_after, row.dossier, now), later, row.dossier)] += 1
    done["uploads"] = papers.sweep_uploads(now) + attachments.sweep(now)
    done["checks"] = checks.give_up(now)
    for name, sweep_of in _turns(now):
        asked = sweep_of(now, SHARDS)
        done["failed"] += asked.pop("failed")
        done[name] = sum(asked.values())
    count("OutboxAge", (now - datetime.fromisoformat(oldest)).total_seconds())
    if any(done.values()):
        logger.info("swept", extra=dict(done))
    for outcome, number in done.items():
        if number:
            count("Swept", number, outcome=outcome)
    return done


def _turns(now: datetime) -> list[tuple[str, Sweep]]:
    """Payments and refunds, each first every other time: some gateways take one question in five minutes; signings."""
    turns: list[tuple[str, Sweep]] = [("payments", payments.sweep), ("refunds", paybacks.sweep)]
    return [*(turns if now.minute // 5 % 2 == 0 else turns[::-1]), ("signings", remote_signing.sweep)]


def _tried(outcome: str, act: Callable[[], None], postpone: Callable[[], None], dossier_id: str) -> str:
    try:
        act()
        return outcome
    except Exception:  # whatever it is: the others are not to wait for it
        logger.exception("sweep failed", dossier=dossier_id)
    try:
        postpone()
    except Exception:  # then it is tried again at the next sweep
        logger.exception("could not postpone", dossier=dossier_id)
    return "failed"


def _look_after(dossier_id: str, now: datetime) -> None:
    """A dossier whose deadline passed without the workflow: act on the deadline, then see that its review lives."""
    dossier = kept.head(dossier_id)
    if not dossier.state.is_over:
        dossier = workflow.overdue(dossier_id, State(dossier.state), now)
    waits = workflow.reconcile(dossier_id, now)
    if not dossier.state.is_over:
        workflow.watch(dossier, now, waits=waits)
