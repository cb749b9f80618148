"""A return that is still being filled in: what was answered so far, and what is asked next."""

from enum import StrEnum

from pydantic import Field

from chalicelib.domain.records import Value
from chalicelib.domain.return_lines import Reason, Wanted, Way, Wish

LONGEST_NOTE = 5_000
"""Characters; a line's end counts as one."""


class Step(StrEnum):
    """What is asked, in this order."""

    LINES = "lines"
    WISH = "wish"
    WAY = "way"
    CHECK = "check"

    @property
    def place(self) -> int:
        """1 for the first."""
        return list(Step).index(self) + 1


class Draft(Value):
    """Answers so far. None of them is believed: whatever is asked for is decided anew."""

    units: dict[str, int] = Field(default_factory=dict[str, int])
    """By order line, those that come back."""
    reason: Reason | None = None
    """Why, for every line that has no reason of its own."""
    reasons: dict[str, Reason] = Field(default_factory=dict[str, Reason])
    """Why, by order line, where it differs."""
    wish: Wish | None = None
    note: str = ""
    way: Way | None = None
    shown: int | None = None
    """The amount that was confirmed and is out of date, in minor units."""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What would be asked for, as if the mind were changed where no reason is given yet."""
        return tuple(
            Wanted(line_id=line_id, quantity=units, reason=self.reason_of(line_id))
            for line_id, units in self.units.items()
        )

    @property
    def reached(self) -> Step:
        """The first step that still has to be answered; the last one if none has."""
        if not self.units:
            return Step.LINES
        if self.reason is None or self.wish is None:
            return Step.WISH
        return Step.WAY if self.way is None else Step.CHECK

    def reason_of(self, line_id: str) -> Reason:
        return self.reasons.get(line_id, self.reason or Reason.NO_REASON)

    def shown_at(self, asked: str) -> Step:
        """The step to show for a wish: no later than the answers lead."""
        wanted = Step(asked) if asked in set(Step) else Step.LINES
        return min(wanted, self.reached, key=lambda step: step.place)
