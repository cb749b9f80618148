"""Whatever is delivered how often, in whatever order, through whatever trouble: in the end it is
as if everything had come once and in order."""

from functools import cache
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.faults import picture, shopify_story, standard_story, woocommerce_story
from tests.faults.cloud import Cloud
from tests.faults.network import Schedule, schedules
from tests.faults.picture import Picture
from tests.faults.profiles import schedules_of
from tests.faults.webhooks import (
    SHOPIFY,
    STANDARD,
    WOOCOMMERCE,
    Manner,
    Webhook,
    deliver,
    open_shop,
    were_taken,
)
from tests.faults.world import a_world

MOST_TIMES = 4

SENDERS = frozenset({"send_now", "send_due", "mail_event"})
"""What becomes of a mail whose sender is hit is another story, and ends in other ways."""


class Told(NamedTuple):
    """What happened, in order, and how it is delivered."""

    story: list[Webhook]
    deliveries: list[Webhook]


@st.composite
def deliveries(draw: st.DrawFn, story: list[Webhook]) -> Told:
    """Every webhook of a story one to four times, in any order."""
    times = draw(st.lists(st.integers(1, MOST_TIMES), min_size=len(story), max_size=len(story)))
    each = [webhook for webhook, n in zip(story, times, strict=True) for _ in range(n)]
    return Told(story, draw(st.permutations(each)))


@schedules_of(20)
@given(shopify_story.stories().flatmap(deliveries), schedules())
def test_shopify(cloud: Cloud, told: Told, schedule: Schedule) -> None:
    check(cloud, SHOPIFY, told, schedule)


@schedules_of(20)
@given(woocommerce_story.stories().flatmap(deliveries), schedules())
def test_woocommerce(cloud: Cloud, told: Told, schedule: Schedule) -> None:
    check(cloud, WOOCOMMERCE, told, schedule)


@schedules_of(20)
@given(standard_story.stories().flatmap(deliveries), schedules())
def test_standard_events(cloud: Cloud, told: Told, schedule: Schedule) -> None:
    check(cloud, STANDARD, told, schedule)


def check(cloud: Cloud, manner: Manner, told: Told, schedule: Schedule) -> None:
    """The picture at the end is the same as after one clean delivery, in order, of everything
    that was answered well or left its receipt."""
    with a_world(cloud, schedule) as world:
        world.spared = SENDERS
        open_shop(manner)
        answered = deliver(world, manner, told.deliveries)
        world.settle()
        taken = answered | were_taken(manner, told.story)
        seen = picture.take(world.post)
    clean = once_and_in_order(cloud, manner, tuple(one for one in told.story if one in taken))
    found = picture.differences(seen, clean)
    assert not found, "\n".join(found)


@cache
def once_and_in_order(cloud: Cloud, manner: Manner, story: tuple[Webhook, ...]) -> Picture:
    """What is left of a story that nothing happened to."""
    with a_world(cloud) as world:
        open_shop(manner)
        deliver(world, manner, story)
        world.settle()
        return picture.take(world.post)
