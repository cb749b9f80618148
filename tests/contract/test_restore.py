"""Whatever happened, and to whatever earlier moment the tables are restored: nothing that left
leaves again by itself, nobody who was erased is back, and new work goes on."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.cli_restore import definitions
from chalicelib.domain.agenda import POST, WORK, Lane
from chalicelib.domain.canonical import CustomerErased, OrderSeen, Person, Platform, TicketRequested
from chalicelib.domain.mail import MailEvent, MailFate
from chalicelib.domain.messages import OPEN, SEND, Channel, Outgoing, State
from chalicelib.domain.orders import SeenBy
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.silence import LISTEN
from chalicelib.domain.staff import Staff
from chalicelib.domain.tickets import Ticket, WaitsFor
from chalicelib.notify import carriers
from chalicelib.services import (
    agenda,
    callbacks,
    catalogue,
    contact,
    erasure,
    keys,
    lanes,
    messages,
    restoring,
    shops,
    ticket_work,
    tickets,
    withholding,
)
from chalicelib.services.callbacks import NewCall
from chalicelib.services.contact import Letter
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from chalicelib.services.withholding import Chosen
from chalicelib.store.clients import client
from chalicelib.store.codec import from_item
from chalicelib.store.withheld import Waiting
from local import resources
from tests.clocks import Clock, standing_at
from tests.faults.profiles import schedules_of
from tests.people import desk_of, hired
from tests.restored import Copy, copied, everything, restored, used
from tests.stage import PARAMETERS, forget_process_state
from tests.unit.order_builders import an_order_seen

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BUYERS = ("jana", "zoltan")


@dataclass
class Post:
    """Everything that left, as what was said to whom; SES tells of each mail some time later."""

    clock: Clock
    left: list[str] = field(default_factory=list[str])
    messages: list[str] = field(default_factory=list[str])
    """The id of each message that left as mail, in order."""
    reports: list[str] = field(default_factory=list[str])
    loses_an_answer: bool = False

    def send_email(self, **mail: Any) -> dict[str, str]:
        tags = {tag["Name"]: tag["Value"] for tag in mail["EmailTags"]}
        out = desk_of().get(Outgoing, tags["message"])
        said = json.dumps(out.params, sort_keys=True)
        self.left.append(f"{out.template} {out.subject_id} {said} {mail['Destination']}")
        self.messages.append(out.id)
        self.reports.append(out.id)
        if self.loses_an_answer:
            self.loses_an_answer = False
            raise ReadTimeoutError(endpoint_url="https://ses")
        return {"MessageId": f"ses-{len(self.left)}"}

    def alert(self, params: dict[str, Any], **_: object) -> None:
        self.left.append(f"alert {params['body']['Message']}")

    def report(self) -> None:
        for message in self.reports:
            event = MailEvent(
                shop="acme",
                message_id=message,
                provider_id="ses",
                fate=MailFate.SENT,
                at=self.clock.now,
            )
            messages.take_mail_event(house(), event, notice=f"{message} {self.clock.now}")
        self.reports.clear()


@dataclass
class Shop:
    """A shop's day: what is done in it, and what must not come back of it."""

    clock: Clock
    post: Post
    mei: Staff
    tickets: list[str] = field(default_factory=list[str])
    told: list[OrderSeen | TicketRequested] = field(
        default_factory=list[OrderSeen | TicketRequested]
    )
    lives: list[int] = field(default_factory=lambda: [0, 0])
    """How often each buyer was forgotten; their name tells which life they are in."""

    def order(self, buyer: int) -> None:
        seen = an_order_seen(outside_id=f"o{len(self.told)}", number=f"#{len(self.told)}")
        at = {"placed_at": self.clock.now, "changed_at": self.clock.now, "paid_at": self.clock.now}
        self.told.append(seen.model_copy(update={"customer": self.who(buyer), **at}))
        self.tell(self.told[-1])

    def tell(self, one: OrderSeen | TicketRequested) -> None:
        if isinstance(one, OrderSeen):
            catalogue.take_order(desk_of(), [one], SeenBy.WEBHOOK)
        else:
            tickets.open_requested(desk_of(), one)

    def ask(self, buyer: int) -> None:
        """A question that reached the shop elsewhere."""
        person = self.who(buyer)
        self.told.append(
            TicketRequested(
                platform=Platform.STANDARD,
                id=f"q{len(self.told)}",
                at=self.clock.now,
                customer=person,
                text=f"A question of {person.name}",
                channel="chat",
            )
        )
        self.tell(self.told[-1])

    def write(self, buyer: int) -> None:
        person = self.who(buyer)
        letter = Letter(
            reason=contact.Reason.OTHER,
            mail=person.mail or "",
            name=person.name or "",
            order_number="",
            text=f"A question of {person.name}",
            language="en",
        )
        self.tickets.append(contact.write(desk_of(), letter).id)

    def answer(self, which: int) -> None:
        if ticket := self._open(which):
            ticket_work.reply(desk_of(), ticket, Answer("On its way.", self.mei), WaitsFor.CUSTOMER)

    def resolve(self, which: int) -> None:
        if ticket := self._open(which):
            ticket_work.resolve(desk_of(), ticket, Answer("It came.", self.mei))

    def promise(self, which: int) -> None:
        if ticket := self._open(which):
            tomorrow = (self.clock.now + timedelta(days=1)).replace(hour=12, minute=0)
            call = NewCall(tomorrow, "the parcel", None, ticket, self.mei.id, None, "Europe/Berlin")
            callbacks.promise(desk_of(), call)

    def erase(self, buyer: int) -> None:
        wish = CustomerErased(platform=Platform.STANDARD, customer=self.who(buyer))
        erasure.erase_customer(desk_of(), wish)
        self.lives[buyer] += 1

    def who(self, buyer: int) -> Person:
        name = BUYERS[buyer]
        return Person(
            outside_id=f"c-{name}",
            name=f"{name}-{self.lives[buyer]}",
            mail=f"{name}@example.de",
        )

    def lose(self, _: int) -> None:
        self.post.loses_an_answer = True

    def wait(self, hours: int) -> None:
        self.post.report()
        self.until(self.clock.now + timedelta(hours=hours * hours))

    def until(self, moment: datetime) -> None:
        """Time passes, and the clock's functions do what is due on the way."""
        while True:
            tick()
            ahead = [at for at in due_times() if self.clock.now < at <= moment]
            if not ahead:
                break
            self.clock.now = min(ahead)
        self.clock.now = moment
        tick()

    def _open(self, which: int) -> str | None:
        found = [desk_of().find(Ticket, one) for one in self.tickets]
        open_ = [one.id for one in found if one and one.status.is_active and one.customer_id]
        return open_[which % len(open_)] if open_ else None


ACTS: tuple[Callable[[Shop, int], None], ...] = (
    Shop.order,
    Shop.ask,
    Shop.write,
    Shop.answer,
    Shop.resolve,
    Shop.promise,
    Shop.erase,
    Shop.lose,
    Shop.wait,
)


def tick() -> None:
    for runs in (WORK, POST):
        agenda.tick(house(), runs, until=time.monotonic() + 20)


def due_times() -> Iterator[datetime]:
    """When something is due, but for listening to the shop: it is too often to wait for each."""
    for item in everything(house().tables.agenda):
        entry = from_item(item)
        if entry.get("lane", "").partition("#")[0] in {*Lane} and entry["kind"] != LISTEN:
            yield datetime.fromisoformat(entry["due_at"])


@contextmanager
def a_shop() -> Iterator[Shop]:
    """A shop with fresh tables, whose post is read."""
    forget_process_state()
    prefix = f"aftercare-restore-{time.monotonic_ns()}"
    environment = resources.build(prefix, {**PARAMETERS, "Stage": prefix})
    with pytest.MonkeyPatch.context() as patch, standing_at(MONDAY) as clock:
        for name, value in environment.items():
            patch.setenv(name, value)
        forget_process_state()
        house().clock = clock
        keys.ensure(house())
        post = Post(clock)
        patch.setattr(carriers, "_client", lambda _: post)
        hooks = client("sns").meta.events
        hooks.register("before-call.sns.Publish", post.alert, unique_id="test-restore")
        shops.put(
            desk_of(), Configuration(name="Acme", platform=Platform.STANDARD, zone="Europe/Berlin")
        )
        yield Shop(clock, post, hired(Role.ADMIN))
        hooks.unregister("before-call.sns.Publish", unique_id="test-restore")
    forget_process_state()


stories = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1) | st.integers(0, 5)), min_size=5, max_size=10
)


@pytest.mark.skipif("AWS_CONTRACT" in os.environ, reason="makes dozens of protected tables")
@pytest.mark.usefixtures("ministack")
@schedules_of(4)
@given(
    story=stories,
    back=st.integers(0, 9),
    late=st.sets(st.sampled_from(range(len(BUYERS)))),
    gives_up=st.booleans(),
)
# An acknowledgement waits, and a promise rings between the moment of the restore and today.
@example(story=[(Shop.write, 0), (Shop.wait, 5)], back=0, late=set(), gives_up=False)
# Somebody who asked elsewhere is erased; the tables are of before both, and the question comes
# again.
@example(story=[(Shop.ask, 0), (Shop.erase, 0)], back=1, late=set(), gives_up=False)
def test_a_restore_sends_nothing_again_and_brings_nobody_back(
    story: list[tuple[Callable[[Shop, int], None], int]],
    back: int,
    late: set[int],
    *,
    gives_up: bool,
) -> None:
    with a_shop() as shop:
        copies: list[tuple[datetime, Copy]] = []
        for act, choice in story:
            copies.append((shop.clock.now, copied()))
            shop.clock.wait(minutes=1)
            act(shop, choice if act is Shop.wait else choice % 2)
        shop.clock.wait(minutes=1)
        at, copy = copies[max(0, len(copies) - 1 - back)]
        tables = restored(copy)
        restoring.begin(house(), tables, definitions(), at=at)
        for buyer in late:
            shop.erase(buyer)
        with used(tables):
            restoring.begin(house(), tables, definitions(), at=at)
            check(shop, gives_up=gives_up)


def check(shop: Shop, *, gives_up: bool) -> None:
    before = list(shop.post.left)
    lanes.resume(house(), Lane)
    for one in shop.told:
        shop.tell(one)
    shop.until(shop.clock.now + timedelta(days=4))
    assert not set(shop.post.left[len(before) :]) & set(before)
    assert_nobody_is_back(shop)

    before = list(shop.post.left)
    sent = len(shop.post.messages)
    review = withholding.review(house(), Chosen())
    for kind in {one.kind for one in review}:
        if gives_up:
            withholding.drop(house(), Chosen(kind=kind))
        else:
            withholding.release(house(), Chosen(kind=kind))
    shop.until(shop.clock.now + timedelta(days=1))
    if gives_up:
        withholding.drop(house(), Chosen())
        assert not set(shop.post.left[len(before) :]) & set(before)
    else:
        assert_went_out_once([one for one in review if one.kind == SEND], shop.post.messages[sent:])
    if not withholding.review(house(), Chosen()):
        withholding.end(house())
    assert_no_message_is_forgotten()

    shop.write(0)
    shop.until(shop.clock.now + timedelta(minutes=5))
    assert shop.tickets[-1] in shop.post.left[-1]


def assert_nobody_is_back(shop: Shop) -> None:
    kept = json.dumps([list(everything(table)) for table in asdict(house().tables).values()])
    for name, lives in zip(BUYERS, shop.lives, strict=True):
        assert not [life for life in range(lives) if f"{name}-{life}" in kept]
        assert f"{name}-{lives}" in kept or f"{name}@" not in kept


def assert_went_out_once(released: list[Waiting], left: list[str]) -> None:
    """But for what has nobody to go to any more."""
    assert len(left) == len(set(left))
    for one in released:
        out = desk_of().get(Outgoing, one.subject)
        assert (one.subject in left) is (out.state is not State.DROPPED), out


def assert_no_message_is_forgotten() -> None:
    """Whatever has not left is on its way, or an operator sees that it is not."""
    entries = [from_item(item) for item in everything(house().tables.agenda)]
    awaited = {entry["subject"] for entry in entries if "lane" in entry}
    for item in everything(house().tables.records):
        out = from_item(item)
        if out["kind"] == Outgoing.kind and out["state"] in OPEN:
            assert out["channel"] == Channel.BY_HAND or out["id"] in awaited, out
