"""A shopper sends something back: four short steps, each kept as soon as it is answered, and
nothing asked for before the last one is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.money import Money
from chalicelib.domain.return_drafts import LONGEST_NOTE, Draft, Step
from chalicelib.domain.return_lines import Reason, Wanted, Way, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.handlers.portal import ORDER, rows_of
from chalicelib.handlers.portal_answers import Answered, after, refused, wrong
from chalicelib.handlers.shoppers import asked, case_door, frame, reader_locale
from chalicelib.locales import catalogue
from chalicelib.services import return_drafts as drafts
from chalicelib.services import returns as service
from chalicelib.services.desk import Desk
from chalicelib.services.return_drafts import OpenDraft
from chalicelib.services.returns import Preview
from chalicelib.web.answers import page_answer, see_other
from chalicelib.web.auth import desk, opened, shopper
from chalicelib.web.forms import body
from chalicelib.web.operations import webpage

portal_returns = Blueprint(__name__)

PLACE = "/o/{token}/return"


@portal_returns.route(PLACE, methods=["GET"])
@shopper(ORDER)
@webpage("/o/{token}")
def show(token: str) -> Response:
    """One step of what is being filled in; what was sent already leads to the return."""
    here = desk()
    found = drafts.open_draft(here, opened().subject, asked("draft"))
    if found.made:
        return _made(here, found.made)
    step = found.draft.shown_at(asked("step"))
    form = _Form(here, token, found, asked("step"))
    earlier, errors = form.outdated(step)
    return form.page(200, earlier, errors)


@portal_returns.route(PLACE, methods=["POST"])
@shopper(ORDER)
@webpage("/o/{token}")
def answer(token: str) -> Response:
    """Keep one step's answers and lead to the next; the last one asks for the return, once."""
    here, answered = desk(), body(Answered)
    found = drafts.open_draft(here, opened().subject, answered.draft)
    if found.made:
        return _made(here, found.made)
    typed = OpenDraft(found.name, after(found.draft, answered))
    form = _Form(here, token, typed, answered.step)
    if answered.step is Step.CHECK:
        return form.confirmed(answered.shown)
    errors = form.wrong(answered.step)
    if errors:
        return form.page(422, answered.step, errors)
    drafts.keep(here, opened().subject, typed.name, typed.draft)
    return form.next(answered.step)


@dataclass(frozen=True, slots=True)
class Offer:
    """What comes back for a choice of things, as far as their reason is known."""

    preview: Preview
    if_faulty: Money | None
    """The other amount, if the things are at fault; None where that makes no difference."""


class _Form:
    """A draft beside the order as it stands now."""

    def __init__(self, here: Desk, token: str, found: OpenDraft, asked_for: str) -> None:
        # What was typed is more than a day old: a later step goes on from answers that are gone.
        self._is_gone = not found.draft.units and asked_for not in ("", Step.LINES)
        self._here, self._token, self._found = here, token, found
        self._file, rulings, faults = service.returnable(here, opened().subject)
        self._rows = rows_of(self._file, rulings, faults)

    @property
    def _draft(self) -> Draft:
        return self._found.draft

    @property
    def _way(self) -> Way:
        """The one that was chosen, or else the shop's first, by which it is weighed."""
        ways, chosen = self._here.shop.returns.ways, self._draft.way
        return chosen if chosen is not None and chosen in ways else ways[0]

    def wrong(self, step: Step) -> dict[str, str]:
        """By field, what is wrong with the answers of a step."""
        say = catalogue(reader_locale(self._here)).gettext
        ways = self._here.shop.returns.ways
        found = wrong(self._draft, step, self._rows, ways, say)
        if found or step is not Step.WISH or not self._draft.units:
            return found
        rulings = self._weighed(self._draft.wanted).refused
        return refused(rulings, self._draft, self._rows, say)

    def outdated(self, step: Step) -> tuple[Step, dict[str, str]]:
        """The step to show for a wish: an earlier one, with what is wrong there, if its answers
        are not good any more."""
        for earlier in list(Step)[: step.place - 1]:
            errors = self.wrong(earlier)
            if errors:
                return earlier, errors
        return step, {}

    def confirmed(self, shown: int | None) -> Response:
        """Ask for the return, unless its amount is no longer the one that was agreed to."""
        step, errors = self.outdated(Step.CHECK)
        if errors:
            return self.page(422, step, errors)
        order_id, draft = opened().subject, self._draft
        is_agreed = shown == self._weighed(draft.wanted).decision.quote.total.amount
        kept = draft.model_copy(update={"shown": None if is_agreed else shown})
        drafts.keep(self._here, order_id, self._found.name, kept)
        if not is_agreed:
            return self.next(Step.WAY)
        wish = Asked(
            wish=draft.wish or Wish.REFUND,
            way=draft.way,
            note=draft.note,
            channel="web",
            language=reader_locale(self._here),
        )
        return _made(self._here, drafts.send(self._here, order_id, self._found.name, draft, wish))

    def next(self, step: Step) -> Response:
        following = list(Step)[min(step.place, len(Step) - 1)]
        place = PLACE.format(token=self._token)
        locale = reader_locale(self._here)
        return see_other(f"{place}?step={following}&draft={self._found.name}&lang={locale}")

    def page(self, status: int, step: Step, errors: dict[str, str]) -> Response:
        if not any(row.most for row in self._rows):
            return self._rendered(status, "shopper/return_never.html", {})
        step = step if self._draft.units else Step.LINES
        shown: dict[str, Any] = {
            "step": step,
            "name": self._found.name,
            "typed": self._draft,
            "rows": self._rows,
            "picked": [row for row in self._rows if row.line.id in self._draft.units],
            "titles": {line.id: line.title for line in self._file.lines},
            "is_gone": self._is_gone,
            "errors": {} if self._is_gone else errors,
            **self._of(step),
        }
        return self._rendered(status, f"shopper/return_{step}.html", shown)

    def _of(self, step: Step) -> dict[str, Any]:
        """What the page of a step is given beside what all of them are."""
        policy = self._here.shop.returns
        match step:
            case Step.LINES:
                return {}
            case Step.WISH:
                return {
                    "reasons": self._reasons(),
                    "wishes": tuple(dict.fromkeys((Wish.REFUND, *policy.wishes))),
                    "offer": self._offer(),
                    "way": self._way,
                    "longest": LONGEST_NOTE,
                }
            case Step.WAY:
                return {
                    "ways": policy.ways,
                    "previews": {
                        way: service.weigh(self._here, self._file, self._draft.wanted, way)
                        for way in policy.ways
                    },
                    "address": self._here.shop.return_address,
                }
            case Step.CHECK:
                preview = self._weighed(self._draft.wanted)
                total = preview.decision.quote.total
                before = self._draft.shown
                return {
                    "preview": preview,
                    "before": None if before is None else total.of(before),
                }

    def _reasons(self) -> list[Reason]:
        """The reasons for which any of what was picked may come back."""
        rows = [row for row in self._rows if row.line.id in self._draft.units]
        may_change_mind = any(row.ruling.may for row in rows)
        return [one for one in Reason if one.is_fault or may_change_mind]

    def _offer(self) -> Offer:
        draft = self._draft
        if draft.reason is not None:
            return Offer(self._weighed(draft.wanted), None)
        faulty = self._weighed(_all_for(draft, Reason.DEFECTIVE))
        rows = [row for row in self._rows if row.line.id in draft.units]
        if not any(row.ruling.may for row in rows):
            return Offer(faulty, None)
        usual = self._weighed(draft.wanted)
        amount = faulty.decision.quote.total
        return Offer(usual, amount if amount != usual.decision.quote.total else None)

    def _weighed(self, wanted: Sequence[Wanted]) -> Preview:
        return service.weigh(self._here, self._file, tuple(wanted), self._way)

    def _rendered(self, status: int, template: str, shown: dict[str, Any]) -> Response:
        common: dict[str, Any] = {
            "token": self._token,
            "order": self._file.order,
            "rows": self._rows,
        }
        context = frame(self._here) | common | shown
        return page_answer(status, template, reader_locale(self._here), context)


def _all_for(draft: Draft, reason: Reason) -> list[Wanted]:
    return [one.model_copy(update={"reason": reason}) for one in draft.wanted]


def _made(here: Desk, case_id: str) -> Response:
    return see_other(f"{case_door(here, case_id)}?new=1&lang={reader_locale(here)}")
