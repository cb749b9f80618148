"""Whatever a shopper presses, back and forth, in however many tabs: one return, and nothing that
was typed is lost."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from chalice.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.orders import Order
from chalicelib.domain.return_drafts import Draft, Step
from chalicelib.domain.return_lines import Reason, Way, Wish
from chalicelib.domain.returns import Return
from chalicelib.services import catalogue
from chalicelib.services import return_drafts as drafts
from tests.clocks import Clock
from tests.contract.coming_back import ASKED, buyers_desk
from tests.crowds import at_once
from tests.http.shopping import Shopper, open_shop, shopping_app, text_of
from tests.people import desk_of
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

_orders = count(1)


@pytest.fixture(autouse=True)
def clock(acme: Clock) -> Clock:
    acme.now = DELIVERED + timedelta(days=1)
    open_shop(ways=["send", "bring"])
    return acme


def an_order() -> Order:
    """One that nobody has asked anything of yet."""
    number = f"o{next(_orders)}"
    seen = an_order_seen(a_line("l1", quantity=3, paid=9000), outside_id=number)
    taken = catalogue.take_order(desk_of(), [seen, *delivered(number)], SeenBy.WEBHOOK)
    assert taken is not None
    return taken


def link_to(order: Order) -> str:
    return f"/o/{desk_of().link('order', order.id, desk_of().now() + timedelta(days=1))}"


def made_of(order: Order) -> list[Return]:
    cards = desk_of().page(4, f"order#{order.id}", limit=9).cards
    return [desk_of().get(Return, card.id) for card in cards]


@dataclass
class Model:
    """What must be kept, after what was pressed."""

    units: int = 0
    reason: str = ""
    wish: str = ""
    note: str = ""
    way: str = ""
    sent: list[str] = field(default_factory=list[str])
    """What the return that was made must hold: units, note and way, once."""

    @property
    def is_whole(self) -> bool:
        return bool(self.units and self.reason and self.wish and self.way)


@dataclass(frozen=True)
class Lines:
    units: int

    def fields(self) -> dict[str, Any]:
        return {"lines.0.line_id": "l1", "lines.0.quantity": str(self.units)}

    def on(self, model: Model) -> Model:
        return replace(model, units=self.units) if self.units else model


@dataclass(frozen=True)
class WishFor:
    reason: str
    wish: str
    note: str

    def fields(self) -> dict[str, Any]:
        return {"reason": self.reason, "wish": self.wish, "note": self.note}

    def on(self, model: Model) -> Model:
        if not (self.reason and self.wish and len(self.note) <= 5000):
            return model
        kept = " ".join(self.note.split())
        return replace(model, reason=self.reason, wish=self.wish, note=kept)


@dataclass(frozen=True)
class By:
    way: str

    def fields(self) -> dict[str, Any]:
        return {"way": self.way}

    def on(self, model: Model) -> Model:
        return replace(model, way=self.way) if self.way else model


@dataclass(frozen=True)
class Confirm:
    times: int

    def fields(self) -> dict[str, Any]:
        return {}

    def on(self, model: Model) -> Model:
        return model


@dataclass(frozen=True)
class Look:
    step: str


STEP_OF = {Lines: "lines", WishFor: "wish", By: "way", Confirm: "check"}

acts = st.lists(
    st.one_of(
        st.builds(Lines, st.integers(0, 3)),
        st.builds(
            WishFor,
            st.sampled_from(("", "wrong_size", "damaged")),
            st.sampled_from(("", "refund", "repair")),
            st.sampled_from(("", "Danke 🙏", "صندوق مكسور", "x" * 5001)),
        ),
        st.builds(By, st.sampled_from(("", "send", "bring"))),
        st.builds(Confirm, st.integers(1, 2)),
        st.builds(Look, st.sampled_from(("lines", "wish", "way", "check", ""))),
    ),
    min_size=4,
    max_size=12,
)


@pytest.mark.parametrize("starts", ["empty", "filled in"])
@given(pressed=acts)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_steps_makes_one_return_of_what_was_typed_last(
    starts: str, pressed: list[Any]
) -> None:
    order, model = an_order(), Model()
    filled = [Lines(2), WishFor("wrong_size", "refund", "Danke"), By("bring")]
    with Client(shopping_app()) as client:
        shopper = Shopper(client, link_to(order))
        for act in [*(filled if starts == "filled in" else []), *pressed]:
            model = _press(shopper, order, act, model)
            _check(order, shopper, model)


def _press(shopper: Shopper, order: Order, act: Any, model: Model) -> Model:
    if isinstance(act, Look):
        answer = shopper.looks_at(act.step)
        assert answer.status_code == (303 if model.sent else 200)
        return model
    step = STEP_OF[type(act)]
    for _ in range(act.times if isinstance(act, Confirm) else 1):
        fields = act.fields()
        if step == "check":
            fields = {"shown": _amount(order, shopper)}
        form = {"step": step, "draft": shopper.draft, **fields}
        answer = shopper.posts(form)
        assert answer.status_code in (303, 422), text_of(answer)
        is_typed = isinstance(act, WishFor) and model.units and not model.sent
        if is_typed and answer.status_code == 422:
            assert act.note in answer.body.decode(), "what came back has what was typed"
    if model.sent:
        return model
    after = act.on(model)
    if step == "check" and model.is_whole:
        after = replace(after, sent=[f"{model.units} {model.note} {model.way}"])
    return after


def _amount(order: Order, shopper: Shopper) -> str:
    """What the last page shows."""
    page = shopper.looks_at("check").body.decode()
    _, _, rest = page.partition('name="shown" value="')
    return rest.partition('"')[0]


def _check(order: Order, shopper: Shopper, model: Model) -> None:
    made = made_of(order)
    held = [f"{case.lines[0].requested} {case.note} {case.way}" for case in made]
    assert held == model.sent
    if not model.sent:
        expected = Draft(
            units={"l1": model.units} if model.units else {},
            reason=Reason(model.reason) if model.reason else None,
            wish=Wish(model.wish) if model.wish else None,
            note=model.note,
            way=Way(model.way) if model.way else None,
        )
        found = drafts.open_draft(desk_of(), order.id)
        assert (found.name, found.draft) == (shopper.draft, expected)
        assert found.draft.reached is not Step.CHECK or model.is_whole


def test_twenty_press_confirm_at_once_and_one_return_is_made() -> None:
    order = an_order()
    name = drafts.open_draft(desk_of(), order.id).name
    draft = Draft(units={"l1": 1}, reason=Reason.OTHER, wish=Wish.REFUND, way=Way.SEND)

    crowd = at_once(lambda _: drafts.send(buyers_desk(), order.id, name, draft, ASKED))

    assert not crowd.refusals
    assert [case.id for case in made_of(order)] == list(set(crowd.won))
