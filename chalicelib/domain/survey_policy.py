"""When customers are asked how it went, how often, and on what ground (SUR-01)."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from pydantic import Field

from chalicelib.domain.calendar import Span, daytime, span
from chalicelib.domain.records import Value

SURVEY = "survey.dispatch"
"""The kind of the agenda entry by which the customer of a settled case is asked."""


class Basis(StrEnum):
    """What allows a survey mail to somebody in a country."""

    CASE = "case"
    """Asking about a case just handled belongs to handling it."""
    EXISTING_CUSTOMER = "existing_customer"
    """A buyer who was told of it when buying and may object at any time, or who consented."""
    CONSENT = "consent"
    NONE = "none"
    """Not known: the question stands on the result page alone, and no mail goes out."""


_BASES = {
    "DE": Basis.EXISTING_CUSTOMER,  # UWG 7(3): asking counts as advertising, BGH VI ZR 225/17
    "AT": Basis.EXISTING_CUSTOMER,  # TKG 2021 section 174(4)
    "GB": Basis.CASE,  # genuine research is not direct marketing (PECR 2003, reg. 22)
    "US": Basis.CASE,  # not commercial by its primary purpose (15 USC 7702(2))
    "CN": Basis.CASE,
}


class SurveyPolicy(Value):
    """A shop's surveys. Every figure is a setting, since none rests on a measured study."""

    enabled: bool = True
    ticket_delay_hours: int = Field(default=72, ge=0, le=24 * 60)
    """How long after a ticket was resolved its survey goes out, if nobody said anything. A
    return's delay is among the timers of the return policy."""
    daytime: Span = Field(default_factory=partial(span, "09:00", "20:00"))
    """When an invitation may arrive, on the recipient's clock."""
    budget_days: int = Field(default=30, ge=0, le=365)
    """At most one question to a customer in so many days."""
    expire_days: int = Field(default=28, ge=1, le=90)
    change_days: int = Field(default=14, ge=0, le=90)
    """How long whoever answered may change the answer; never beyond its expiry."""
    low_score: int = Field(default=2, ge=1, le=10)
    """Up to this score somebody is promised to the customer."""
    recovery_minutes: int = Field(default=60, ge=5, le=7 * 1440)
    """Within how many minutes of the customer's daytime."""
    least_seconds: int = Field(default=2, ge=0, le=60)
    """How long a person needs at least from opening the page to pressing Send."""
    form_hours: int = Field(default=24, ge=1, le=72)
    """How long an open page can be sent."""
    bases: dict[str, Basis] = _BASES
    """By country (ISO 3166-1 alpha-2); a country that is not here has none."""
    told_at_checkout: bool = False
    """Whether buyers are told of surveys, and that they may object, when their address is taken."""

    @property
    def after_ticket(self) -> timedelta:
        return timedelta(hours=self.ticket_delay_hours)

    def may_arrive(self, at: datetime, zone: str | None, shop_zone: str) -> datetime:
        """`at` itself if an invitation may arrive then, else the next moment at which it may.
        A missing or unknown zone is the shop's, never "now"."""
        return daytime(at, zone, self.daytime, shop_zone)

    def allows(self, country: str, *, is_buyer: bool, consented: bool) -> bool:
        """Whether somebody in that country may be mailed a survey."""
        basis = self.bases.get(country, Basis.NONE)
        if basis is Basis.CASE or (consented and basis is not Basis.NONE):
            return True
        return basis is Basis.EXISTING_CUSTOMER and is_buyer and self.told_at_checkout
