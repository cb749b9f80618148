"""What runs for each kind of agenda entry: the one table of timed work."""

from collections.abc import Callable

from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import PUBLISH
from chalicelib.domain.callback_work import ESCALATE
from chalicelib.domain.drafts import LEAVE
from chalicelib.domain.messages import SEND, SETTLE
from chalicelib.domain.promises import RING
from chalicelib.domain.return_refunds import MATCH
from chalicelib.domain.returns import WAREHOUSE
from chalicelib.domain.silence import LISTEN
from chalicelib.domain.survey_policy import SURVEY
from chalicelib.domain.surveys import EXPIRE
from chalicelib.domain.ticket_cycles import CLOSE
from chalicelib.domain.withdrawals import FOLLOW
from chalicelib.services import (
    alerts,
    answers,
    callbacks,
    erasure,
    listening,
    messages,
    return_work,
    rings,
    surveys,
    ticket_clock,
    withdrawal_matching,
)
from chalicelib.services.desk import Desk

RUNNERS: dict[str, Callable[[Desk, Entry], object]] = {
    RING: rings.ring,
    SEND: messages.send,
    SETTLE: messages.settle,
    LEAVE: answers.leave,
    CLOSE: ticket_clock.close,
    SURVEY: surveys.dispatch,
    EXPIRE: surveys.expire,
    ESCALATE: callbacks.escalate,
    PUBLISH: alerts.publish,
    MATCH: return_work.match,
    WAREHOUSE: return_work.notify_warehouse,
    FOLLOW: withdrawal_matching.follow_up,
    LISTEN: listening.listen,
    erasure.CUSTOMER: erasure.forget_cases,
    erasure.GUESTS: erasure.forget_guests,
    erasure.ORDERS: erasure.forget_orders,
    erasure.PARKED: erasure.forget_parked,
    erasure.SHOP: erasure.forget_customers,
}

QUIET = frozenset(
    {
        CLOSE,
        EXPIRE,
        LISTEN,
        MATCH,
        erasure.CUSTOMER,
        erasure.GUESTS,
        erasure.ORDERS,
        erasure.PARKED,
        erasure.SHOP,
    }
)
"""Whose run may be done twice: it reaches nobody outside, or tells of the present alone. Every
other kind is withheld after a restore."""
