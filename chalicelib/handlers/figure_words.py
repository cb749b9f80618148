"""What each figure is called and what it means, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.locales import Say


@dataclass(frozen=True, slots=True)
class FigureWords:
    """`definition` is one sentence; `formula` says what is reckoned from what, and `excluded`
    what is left out on purpose."""

    title: str
    definition: str
    formula: str
    excluded: str


def figure_words(name: str, say: Say = str) -> FigureWords:
    """In English, unless `say` says it in another language. Raises KeyError for no figure."""
    return _WORDS[name](say)


def _tickets(say: Say) -> FigureWords:
    return FigureWords(
        say("Questions"),
        say("Questions that came in, by any way, on the day they came."),
        say("The number of tickets opened."),
        say(
            "What a machine wrote, answers to a question that was there already, and tickets in "
            "which we go on with an earlier one ourselves."
        ),
    )


def _reopened(say: Say) -> FigureWords:
    return FigureWords(
        say("Opened again"),
        say("How often work on a question that was resolved began again, on the day it did."),
        say("The number of times a ticket was opened again; one ticket may count twice."),
        say("New questions of the same customer."),
    )


def _first_response(say: Say) -> FigureWords:
    return FigureWords(
        say("First answer, median"),
        say("The working time from a question to the first answer by a person."),
        say("The median of the working minutes, counted on the day of the answer."),
        say(
            "Confirmations that go out by themselves, notes, and questions nobody has answered yet."
        ),
    )


def _first_response_in_time(say: Say) -> FigureWords:
    return FigureWords(
        say("First answers in time"),
        say("The share of first answers that came within the time the shop promises."),
        say("First answers in time, divided by all first answers of the day."),
        say("Questions nobody has answered yet."),
    )


def _resolution(say: Say) -> FigureWords:
    return FigureWords(
        say("Resolution, median"),
        say("The working time from a question, or from when it was opened again, to its answer."),
        say("The median of the working minutes, counted on the day it was resolved."),
        say("Questions that are not resolved yet; waiting for the customer is included."),
    )


def _returns(say: Say) -> FigureWords:
    return FigureWords(
        say("Returns"),
        say("Returns that were asked for, on the day they were."),
        say("The number of returns requested; a return may be about several units."),
        say("Nothing: those that were declined, called off or never sent count too."),
    )


def _refunded(say: Say) -> FigureWords:
    return FigureWords(
        say("Refunds reckoned"),
        say("What was reckoned to go back to buyers, on the day it was."),
        say("The sum of the refunds settled, by currency."),
        say("Money the shop gave back without a return here."),
    )


def _satisfaction(say: Say) -> FigureWords:
    return FigureWords(
        say("Satisfied (4 or 5 of 5)"),
        say("The share of those who answered and were satisfied."),
        say("Answers of 4 or 5, divided by all answers; the interval is Wilson's."),
        say("Who did not answer. A changed answer counts once, with its last score."),
    )


def _calls_kept(say: Say) -> FigureWords:
    return FigureWords(
        say("Calls kept"),
        say("Promised calls in which the customer was reached or got their answer, on the day."),
        say("The number of calls kept, in time or late, by phone or answered in writing."),
        say("Tries in which nobody was reached."),
    )


def _calls_missed(say: Say) -> FigureWords:
    return FigureWords(
        say("Calls missed"),
        say("Promised calls whose time went by without one, on the day it did."),
        say("The number of calls missed, made up for later or not."),
        say("Calls that were moved or called off before their time."),
    )


def _late(say: Say) -> FigureWords:
    return FigureWords(
        say("Late promises"),
        say("Cases in which something we promised is past its time at this moment."),
        say("Tickets, returns, withdrawals and calls by what is due first, from their lists."),
        say("What the customer owes, and what waits for somebody else."),
    )


def _soon(say: Say) -> FigureWords:
    return FigureWords(
        say("Due within the hour"),
        say("Cases in which something we promised falls due within an hour from this moment."),
        say("Tickets, returns, withdrawals and calls by what is due first, from their lists."),
        say("What is late already."),
    )


def _waiting(say: Say) -> FigureWords:
    return FigureWords(
        say("Waiting for us"),
        say("Questions in which we act next, at this moment."),
        say("Active tickets that owe something, counted from their list, the oldest first."),
        say("What waits for the customer, a carrier or somebody else."),
    )


def _refunds(say: Say) -> FigureWords:
    return FigureWords(
        say("Refunds owed by law"),
        say("Returns whose goods are here and whose money is not back, at this moment."),
        say("The sum of what was settled, or else quoted, by the date the law or the policy sets."),
        say("Returns whose goods are not here yet."),
    )


def _undecided(say: Say) -> FigureWords:
    return FigureWords(
        say("Returns to decide"),
        say("Returns that wait for our decision at this moment."),
        say("Open returns under review, counted from their list, the longest waiting first."),
        say("Returns that a marketplace decides."),
    )


def _missed_calls(say: Say) -> FigureWords:
    return FigureWords(
        say("Calls we still owe"),
        say("Promised calls whose time went by and which are still owed at this moment."),
        say("Open calls that were missed, counted from their list."),
        say("Missed calls that were made up for."),
    )


_WORDS: dict[str, Callable[[Say], FigureWords]] = {
    "tickets": _tickets,
    "reopened": _reopened,
    "first_response": _first_response,
    "first_response_in_time": _first_response_in_time,
    "resolution": _resolution,
    "returns": _returns,
    "refunded": _refunded,
    "satisfaction": _satisfaction,
    "calls_kept": _calls_kept,
    "calls_missed": _calls_missed,
    "late": _late,
    "soon": _soon,
    "waiting": _waiting,
    "refunds": _refunds,
    "undecided": _undecided,
    "missed_calls": _missed_calls,
}
