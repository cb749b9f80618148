"""Whatever is delivered how often, in whatever order, through whatever trouble: in the end it is
as if everything had come once and in order."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from tests.faults import picture, shopify_story
from tests.faults.cloud import Cloud
from tests.faults.network import Schedule, schedules
from tests.faults.picture import Picture
from tests.faults.profiles import schedules_of
from tests.faults.webhooks import SHOPIFY, Manner, Webhook, deliver, open_shop, were_taken
from tests.faults.world import a_world

MOST_TIMES = 4


@st.composite
def deliveries(draw: st.DrawFn, story: list[Webhook]) -> list[Webhook]:
    """Every webhook of a story one to four times, in any order."""
    times = draw(st.lists(st.integers(1, MOST_TIMES), min_size=len(story), max_size=len(story)))
    return draw(st.permutations([w for w, n in zip(story, times, strict=True) for _ in range(n)]))


@schedules_of(60)
@given(data=st.data(), schedule=schedules())
def test_shopify(cloud: Cloud, data: st.DataObject, schedule: Schedule) -> None:
    story = data.draw(shopify_story.stories(), label="story")
    check(cloud, SHOPIFY, story, data.draw(deliveries(story), label="deliveries"), schedule)


def check(
    cloud: Cloud, manner: Manner, story: list[Webhook], plan: list[Webhook], schedule: Schedule
) -> None:
    """The picture at the end is the same as after one clean delivery, in order, of everything
    that was answered well or left its receipt."""
    with a_world(cloud, schedule) as world:
        open_shop(manner)
        answered = deliver(world, manner, plan)
        world.settle()
        taken = answered | were_taken(manner, story)
        seen = picture.take(world.post)
    clean = once_and_in_order(cloud, manner, tuple(one for one in story if one in taken))
    assert not picture.differences(seen, clean)


@cache
def once_and_in_order(cloud: Cloud, manner: Manner, story: tuple[Webhook, ...]) -> Picture:
    """What is left of a story that nothing happened to."""
    with a_world(cloud) as world:
        open_shop(manner)
        deliver(world, manner, story)
        world.settle()
        return picture.take(world.post)
