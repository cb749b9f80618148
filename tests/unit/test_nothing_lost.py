"""Sums that must add up, whatever became of each message and refund, and when."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.events import Event
from chalicelib.domain.messages import Channel, Outgoing, State
from chalicelib.domain.nothing_lost import messages, told

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)

ENDED = (State.SENT, State.DROPPED, State.FAILED)


def an_event(type: str, subject: str, actor: str = "system", **data: object) -> Event:  # noqa: A002
    return Event(
        shop="acme", subject=subject, subject_kind="outgoing", version=1, ordinal=0, type=type,
        schema_number=1, at=AT, actor=actor, correlation=subject, data=data,
    )  # fmt: skip


def a_message(name: str, state: State, channel: Channel = Channel.MAIL) -> Outgoing:
    return Outgoing(
        shop="acme", id=name, subject_id="tkt_1", template="reply", params={}, channel=channel,
        language="en", state=state, reason="bounced" if state in ENDED else "", created_at=AT,
    )  # fmt: skip


fates = st.lists(
    st.tuples(
        st.sampled_from(State),
        st.booleans(),  # told within the day
        st.booleans(),  # an agenda entry stands
        st.sampled_from([Channel.MAIL, Channel.BY_HAND]),
    ),
    max_size=30,
)


@given(fates)
def test_every_message_is_done_stopped_on_its_way_or_named(
    drawn: list[tuple[State, bool, bool, Channel]],
) -> None:
    events: list[Event] = []
    later: dict[str, Outgoing] = {}
    waiting: set[str] = set()
    lost: set[str] = set()
    for place, (state, in_the_day, stands, channel) in enumerate(drawn):
        name = f"out_{place:02d}"
        events.append(an_event("message.queued", name))
        if state in ENDED and in_the_day:
            events.append(an_event(f"message.{state}", name, reason="bounced"))
            continue
        later[name] = a_message(name, state, channel)
        if stands:
            waiting.add(name)
        elif state not in ENDED and channel is Channel.MAIL:
            lost.add(name)

    found = messages(told(events), later, waiting)

    assert set(found.lost) == lost
    assert found.adds_up == (not lost)
    accounted = found.done + sum(found.stopped.values()) + len(found.open) + len(found.lost)
    assert found.due == len(drawn) == accounted
    assert found.done == sum(state is State.SENT for state, *_ in drawn)


def test_a_message_without_a_record_is_lost() -> None:
    found = messages(told([an_event("message.queued", "out_1")]), {}, set())

    assert (found.adds_up, found.lost) == (False, ("out_1",))


def test_what_was_queued_another_day_is_of_that_days_sum() -> None:
    yesterdays = [
        an_event("message.sent", "out_0"),
        an_event("message.dropped", "out_9", reason="x"),
    ]

    found = messages(told(yesterdays), {}, set())

    assert (found.due, found.done, found.stopped, found.adds_up) == (0, 0, {}, True)


def test_a_delivery_is_counted_once_whatever_it_told() -> None:
    events = [
        an_event("order.placed", "ord_1", actor="shop:shopify"),
        an_event("order.paid", "ord_1", actor="shop:shopify"),
        an_event("order.paid", "ord_2", actor="shop:shopify"),
        an_event("ticket.opened", "tkt_1", actor="customer"),
    ]

    assert told(events).deliveries == 2
