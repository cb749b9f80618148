"""Figures as folds over events."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.events import Event
from chalicelib.domain.figures import Figures, Tally, fold

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def an_event(type: str, **data: object) -> Event:  # noqa: A002
    return Event(
        shop="acme",
        subject="tkt_1",
        subject_kind="ticket",
        version=1,
        ordinal=0,
        type=type,
        schema_number=1,
        at=AT,
        actor="system",
        data=data,
    )


events = st.one_of(
    st.builds(lambda r: an_event("ticket.opened", reason=r, channel="web"), st.sampled_from("ab")),
    st.builds(
        lambda m, w: an_event("ticket.replied", first_response_minutes=m, within=w),
        st.one_of(st.none(), st.integers(0, 500)),
        st.booleans(),
    ),
    st.builds(
        lambda m: an_event("ticket.resolved", resolution_minutes=m, cycle=1), st.integers(0, 9000)
    ),
    st.builds(lambda s: an_event("survey.answered", score=s, revision=1), st.integers(1, 5)),
    st.builds(
        lambda a: an_event("return.settled", amount=a, currency="EUR"), st.integers(0, 10**7)
    ),
)


@given(st.lists(events), st.lists(events))
def test_two_spans_add_up_to_the_whole(some: list[Event], more: list[Event]) -> None:
    assert fold(some).plus(fold(more)) == fold([*more, *some])


def test_a_changed_answer_replaces_the_earlier_one() -> None:
    figures = fold(
        [
            an_event("survey.answered", score=2, revision=1),
            an_event("survey.answered", score=5, revision=2, replaces=2),
        ]
    )

    assert figures.scores == Tally(counts={5: 1})
    assert figures.csat == 1.0


def test_an_answer_of_another_day_that_is_changed_leaves_a_share_of_this_days_answers() -> None:
    figures = fold(
        [
            an_event("survey.answered", score=5, revision=1),
            an_event("survey.answered", score=5, revision=2, replaces=1),
        ]
    )

    assert (figures.satisfied, figures.scores.n, figures.csat) == (1, 1, 1.0)
    assert figures.csat_interval is not None


def test_nobody_asked_is_not_nobody_satisfied() -> None:
    assert Figures().csat is None
    assert Figures().csat_interval is None


def test_the_median_of_an_even_number_lies_between() -> None:
    assert Tally(counts={10: 1, 20: 1}).median == 15
    assert Tally(counts={10: 2, 90: 1}).median == 10
