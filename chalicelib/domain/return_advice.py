"""What the kept decision of a return advises whoever decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.canonical import Owner
from chalicelib.domain.policy import RulingCode
from chalicelib.domain.returns import Decision, Return


class Answer(StrEnum):
    AGREE = "agree"
    AGREE_PARTLY = "agree_partly"
    """To the lines that may come back; the others may not."""
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Advice:
    answer: Answer
    units: Mapping[str, int]
    """By order line, how many to agree to."""
    code: str
    """Why to decline what may not come back; empty where everything may."""
    by_itself: bool
    """Whether the same is agreed to when nobody decides in time."""


def advice(case: Return, *, automatic_cap: int) -> Advice:
    """The rulings made when it was asked for, as an answer. `automatic_cap`: minor units up to
    which a return is agreed to by itself."""
    may = {ruling.line_id for ruling in case.decision.rulings if ruling.may}
    refused = [ruling.code for ruling in case.decision.rulings if not ruling.may]
    answer = Answer.AGREE if not refused else Answer.AGREE_PARTLY if may else Answer.DECLINE
    return Advice(
        answer=answer,
        units={line.line_id: line.requested for line in case.lines if line.line_id in may},
        code=_CODES.get(refused[0], "other") if refused else "",
        by_itself=agrees_by_itself(case.decision, case.owner, automatic_cap=automatic_cap),
    )


def agrees_by_itself(decision: Decision, owner: Owner, *, automatic_cap: int) -> bool:
    """Whether nobody has to decide: the case is ours, every line may come back, and it is worth
    no more than the cap, in minor units."""
    is_clear = owner is Owner.OURS and all(ruling.may for ruling in decision.rulings)
    return is_clear and decision.quote.total.amount <= automatic_cap


_CODES = {
    RulingCode.WINDOW_OVER: "window_over",
    RulingCode.EXCEPTION: "exception",
    RulingCode.NONE_LEFT: "nothing_left",
}
