"""What a shopper answers in the steps of a return, and what is wrong with it."""

from collections.abc import Sequence

from pydantic import Field

from chalicelib.domain.policy import Ruling
from chalicelib.domain.return_drafts import LONGEST_NOTE, Draft, Step
from chalicelib.domain.return_lines import MOST_LINES, Reason, Way, Wish
from chalicelib.handlers.portal import Row
from chalicelib.handlers.typed import too_long
from chalicelib.locales import Say
from chalicelib.web.forms import LONGEST_PASTE, Body


class AnsweredLine(Body):
    line_id: str = Field(max_length=200)
    quantity: int = Field(default=0, ge=0, le=100_000)
    reason: Reason | None = None


class Answered(Body):
    """One step's form."""

    step: Step
    draft: str = Field(default="", pattern=r"^[0-9a-f]{0,16}$")
    lines: list[AnsweredLine] = Field(default_factory=list[AnsweredLine], max_length=1_000)
    reason: Reason | None = None
    wish: Wish | None = None
    note: str = Field(default="", max_length=LONGEST_PASTE)
    way: Way | None = None
    shown: int | None = None
    """The amount that was agreed to, in minor units."""


def after(draft: Draft, answered: Answered) -> Draft:
    """The draft with the answers of one step."""
    match answered.step:
        case Step.LINES:
            units = {one.line_id: one.quantity for one in answered.lines if one.quantity}
            reasons = {line: why for line, why in draft.reasons.items() if line in units}
            new: dict[str, object] = {"units": units, "reasons": reasons}
        case Step.WISH:
            own = {one.line_id: one.reason for one in answered.lines if one.reason}
            new = {
                "reason": answered.reason,
                "reasons": {line: why for line, why in own.items() if why is not answered.reason},
                "wish": answered.wish,
                "note": answered.note.replace("\r\n", "\n"),
            }
        case Step.WAY:
            new = {"way": answered.way}
        case Step.CHECK:
            new = {}
    return draft.model_copy(update={**new, "shown": None})


def wrong(
    draft: Draft, step: Step, rows: Sequence[Row], ways: Sequence[Way], say: Say
) -> dict[str, str]:
    """By the field's name, what is wrong with the answers of a step."""
    match step:
        case Step.LINES:
            return _wrong_lines(draft, rows, say)
        case Step.WISH:
            return _wrong_wish(draft, say)
        case Step.WAY:
            return {} if draft.way in ways else {"way": say("Please choose how it comes back.")}
        case Step.CHECK:
            return {}


def refused(
    rulings: Sequence[Ruling], draft: Draft, rows: Sequence[Row], say: Say
) -> dict[str, str]:
    """By the field that gave its reason, which lines cannot come back for it."""
    places = {row.line.id: place for place, row in enumerate(rows)}
    words = say("%(thing)s cannot come back for this reason.")
    is_alone = len(draft.units) == 1
    return {
        "reason" if is_alone else f"lines.{places[one.line_id]}.reason": words
        % {"thing": rows[places[one.line_id]].line.title}
        for one in rulings
    }


def _wrong_lines(draft: Draft, rows: Sequence[Row], say: Say) -> dict[str, str]:
    most = {row.line.id: row.most for row in rows}
    if not draft.units:
        return _choose_again(rows, say("Please choose at least one thing."))
    if len(draft.units) > MOST_LINES:
        words = say(
            "One return takes %(most)s different things; please send the rest with another."
        )
        return _choose_again(rows, words % {"most": MOST_LINES})
    if any(units > most.get(line_id, 0) for line_id, units in draft.units.items()):
        return _choose_again(rows, say("Please choose again: what is left has changed."))
    return {}


def _wrong_wish(draft: Draft, say: Say) -> dict[str, str]:
    found: dict[str, str] = {}
    if draft.reason is None:
        found["reason"] = say("Please say why.")
    if draft.wish is None:
        found["wish"] = say("Please say what you would like.")
    if is_long := too_long(draft.note, LONGEST_NOTE, say):
        found["note"] = is_long
    return found


def _choose_again(rows: Sequence[Row], words: str) -> dict[str, str]:
    """The first line that can be chosen, with what is to be said of the choice."""
    first = next((place for place, row in enumerate(rows) if row.most), 0)
    return {f"lines.{first}": words}
