"""How long each step of a return may take."""

from pydantic import Field

from chalicelib.domain.records import Value


class Timers(Value):
    """How long each step may take. Whoever is late, what happens then is told beforehand."""

    decide_hours: int = Field(default=48, ge=1, le=720)
    """A request that nobody decided by then agrees by itself, up to the automatic cap."""
    send_back_days: int = Field(default=7, ge=1, le=90)
    """Never less than the law gives; then the return expires."""
    inspect_days: int = Field(default=10, ge=1, le=60)
    """At the latest a day before the refund is due; then what arrived is accepted, up to the
    cap."""
    refund_days: int = Field(default=14, ge=1, le=60)
    """Where the law names no day."""
    warn_hours: int = Field(default=12, ge=0, le=240)
    survey_hours: int = Field(default=72, ge=0, le=2000)
    """How long after it was settled the customer is asked how it went (RET-07)."""
