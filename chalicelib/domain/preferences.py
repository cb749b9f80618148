"""What customers choose for themselves: whether they are asked how it went, and in which language
they are written to. Messages about their cases are no subscription, and no part of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.customers import Blocked, Customer, Suppression, suppress
from chalicelib.domain.events import Fact
from chalicelib.domain.messages import SURVEYS
from chalicelib.domain.records import Moment

PAUSE = timedelta(days=30)


class Asks(StrEnum):
    """Whether somebody may be asked how it went."""

    YES = "yes"
    PAUSED = "paused"
    NO = "no"


class PreferencesChosen(Fact):
    type: ClassVar[str] = "customer.preferences_chosen"
    asks: Asks
    paused_until: Moment | None
    language: str | None


def asks(customer: Customer, *, at: datetime) -> Asks:
    """How it stands now; a pause ends by itself."""
    if SURVEYS in customer.suppressed:
        return Asks.NO
    return Asks.PAUSED if customer.is_paused(at) else Asks.YES


def choose(
    customer: Customer, wanted: Asks, language: str | None, *, at: datetime
) -> Changes[Customer]:
    """What the customer chose, by a link that only they were sent, so that it also takes back an
    earlier no. A pause is `PAUSE` long, and choosing it again does not prolong it. The same choice
    again, or one for a customer who was erased, changes nothing."""
    is_same = asks(customer, at=at) is wanted and customer.chosen_language == language
    if is_same or customer.erased_at is not None:
        return nothing(customer)
    stopped = suppress(customer, SURVEYS, Blocked.UNSUBSCRIBED, at=at)
    before = stopped.result if wanted is Asks.NO else customer
    after = before.but(
        suppressed=before.suppressed if wanted is Asks.NO else _without_surveys(before),
        paused_until=_pause_end(customer, wanted, at),
        chosen_language=language,
    )
    fact = PreferencesChosen(asks=wanted, paused_until=after.paused_until, language=language)
    told = stopped.told if wanted is Asks.NO else ()
    return Changes(after, (after,), (*(Told(after, one.fact) for one in told), Told(after, fact)))


def _without_surveys(customer: Customer) -> dict[str, Suppression]:
    return {name: one for name, one in customer.suppressed.items() if name != SURVEYS}


def _pause_end(customer: Customer, wanted: Asks, at: datetime) -> datetime | None:
    if wanted is not Asks.PAUSED:
        return None
    return customer.paused_until if customer.is_paused(at) else at + PAUSE
