"""Whatever staff ask for, however often their client sends it and whatever fails on the way: what
took effect took effect once, and what was answered well took effect."""

from functools import cache, partial

from hypothesis import given
from hypothesis import strategies as st

from tests.faults import picture
from tests.faults.cloud import Cloud
from tests.faults.commands import Command, Office, Plan, plans
from tests.faults.endings import a_minute, come_to_rest, last_picture
from tests.faults.network import Schedule, schedules
from tests.faults.picture import Picture
from tests.faults.profiles import schedules_of
from tests.faults.world import a_world

REUSED = 422


@schedules_of(6)
@given(plans(), schedules())
def test_a_command_takes_effect_once(cloud: Cloud, plan: Plan, schedule: Schedule) -> None:
    with a_world(cloud, schedule) as world:
        office = Office(world)
        for command, repeats, passes in plan:
            office.send(command)
            for one in repeats:
                if one in office.answered:
                    office.attempt(one)
            if passes:
                a_minute(world)
        come_to_rest(world)
        taken = tuple(one for one in plan.commands if office.took_effect(one))
        seen = last_picture(world)
    assert office.answered.keys() <= set(taken)
    differences = picture.differences(seen, _once(cloud, taken))
    assert not differences, "\n".join(differences)


@schedules_of(4)
@given(plans(), schedules(within=15), st.data())
def test_a_key_is_good_for_one_body(
    cloud: Cloud, plan: Plan, schedule: Schedule, data: st.DataObject
) -> None:
    with a_world(cloud, schedule) as world:
        office = Office(world)
        for command in plan.commands:
            office.send(command)
        taken = tuple(one for one in plan.commands if office.took_effect(one))
        for one in data.draw(st.lists(st.sampled_from(taken), max_size=4)) if taken else ():
            answer = office.attempt(one, body=f"{one.body[:-1]} }}")
            assert answer is None or answer.status == REUSED, answer
        come_to_rest(world)
        seen = last_picture(world)
    differences = picture.differences(seen, _once(cloud, taken))
    assert not differences, "\n".join(differences)


@schedules_of(5)
@given(plans(), st.lists(st.integers(0, 1), min_size=8, max_size=30))
def test_one_key_twice_in_the_same_moment_is_one_command(
    cloud: Cloud, plan: Plan, choices: list[int]
) -> None:
    with a_world(cloud) as world:
        office = Office(world)
        for command in plan.commands:
            world.at_once(choices, *(partial(office.send, command) for _ in range(2)))
        come_to_rest(world)
        seen = last_picture(world)
    assert office.answered.keys() == set(plan.commands)
    differences = picture.differences(seen, _once(cloud, plan.commands))
    assert not differences, "\n".join(differences)


@cache
def _once(cloud: Cloud, commands: tuple[Command, ...]) -> Picture:
    """What is left of commands that are each sent once, and nothing fails."""
    with a_world(cloud) as world:
        office = Office(world)
        for command in commands:
            office.send(command)
        come_to_rest(world)
        return last_picture(world)
