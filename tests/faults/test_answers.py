"""However a survey's page is pressed, looked at and pressed again, through whatever trouble: there
is one answer with its changes, counted as one, and one call for a low one."""

from collections import Counter
from functools import cache

from hypothesis import given

from chalicelib.domain.figures import Figures
from chalicelib.services import reports
from tests.faults import picture
from tests.faults.cloud import Cloud
from tests.faults.endings import come_to_rest, last_picture
from tests.faults.network import Schedule, schedules
from tests.faults.picture import Picture
from tests.faults.profiles import schedules_of
from tests.faults.visitors import Doorstep, Said, Visit, visits
from tests.faults.world import a_world
from tests.people import desk_of


@schedules_of(7)
@given(visits(), schedules(within=20))
def test_one_answer_is_left_with_its_changes(
    cloud: Cloud, plan: list[Visit], schedule: Schedule
) -> None:
    with a_world(cloud, schedule) as world:
        door = Doorstep(world)
        for visit in plan:
            visit(door)
        come_to_rest(world)
        taken = door.counted()
        answers = door.answers()
        seen = last_picture(world)
        today = reports.day_of(desk_of(), None)
        figures, kept = reports.recounted(desk_of(), today), reports.figures(desk_of(), today)
    changes, ignored = _told(taken)
    assert answers == changes
    assert kept == figures
    assert _counted(figures) == (
        Counter([changes[-1][0]] if changes else []),
        len(changes),
        ignored,
    )
    differences = picture.differences(seen, _once(cloud, tuple(taken)))
    assert not differences, "\n".join(differences)


def _told(taken: list[Said]) -> tuple[list[tuple[int, str]], int]:
    """Every answer that counts, the last of them in place of the others; and how many do not."""
    changes: list[tuple[int, str]] = []
    ignored = 0
    for said in taken:
        if changes and not said.is_author:
            ignored += 1
        elif changes[-1:] != [(said.score, said.comment)]:
            changes.append((said.score, said.comment))
    return changes, ignored


def _counted(figures: Figures) -> tuple[Counter[int], int, int]:
    """The scores, how many answers were told, and how many were not counted."""
    scores = Counter({int(score): n for score, n in figures.scores.counts.items() if n})
    return scores, figures.count("survey.answered"), figures.count("survey.attempt_ignored")


@cache
def _once(cloud: Cloud, said: tuple[Said, ...]) -> Picture:
    """What is left when each page is sent once, and nothing fails."""
    with a_world(cloud) as world:
        door = Doorstep(world)
        for one in said:
            nonce = door.page()
            if one.is_author:
                door.cookies["any"] = next(iter(door.cookies.values()))
            door.sent[nonce] = one
            door.press(nonce, "any")
        come_to_rest(world)
        return last_picture(world)
