"""Declarations of withdrawal for machines and staff: those that wait for a person, and what they
are answered with."""

from typing import Annotated

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.domain.permissions import Permission
from chalicelib.domain.records import Moment
from chalicelib.domain.withdrawals import Item, Proof, State, Why, Withdrawal
from chalicelib.services import withdrawal_matching, withdrawals
from chalicelib.services.lookups import named
from chalicelib.web.answers import ok
from chalicelib.web.auth import desk, staff_only
from chalicelib.web.cursors import Listed, Paging, after, listed_by_due
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation
from chalicelib.web.shapes import Shape
from chalicelib.web.views import view, viewed

withdrawals_api = Blueprint(__name__)

LONGEST_NUMBER, LONGEST_ANSWER = 64, 5000
"""Characters."""


class NewMatch(Body):
    order_number: Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER)]


class NewAnswer(Body):
    text: str = Field(min_length=1, max_length=LONGEST_ANSWER)
    """Why there is no right to withdraw, for the customer to read."""


class WithdrawalView(Shape):
    id: str
    version: int
    number: str
    state: State
    why: Why | None
    """Why a person sees to it."""
    name: str
    contract: str
    mail: str
    items: tuple[Item, ...]
    """From what of it; nothing is from all of it."""
    language: str
    zone: str
    declared_at: Moment
    content: str
    """The receipt's text as it was given."""
    digest: str
    """SHA-256 of that text in UTF-8."""
    customer_id: str | None
    order_id: str | None
    order_number: str
    return_id: str | None
    proof: Proof | None
    follows: str | None
    due_at: Moment | None
    """By when a person has seen to it; null once that is settled."""
    answer_text: str


@viewed(Withdrawal, at="/withdrawals/{id}")
def withdrawal_view(one: Withdrawal) -> WithdrawalView:
    shared = one.model_dump(include=set(WithdrawalView.model_fields))
    return WithdrawalView(**shared, due_at=one.due_at)


@withdrawals_api.route("/withdrawals", methods=["GET"])
@staff_only(Permission.READ)
@operation("Withdrawals that wait for a person, the most urgent first", query=Paging, gives=Listed)
def waiting() -> Response:
    paging = query(Paging)
    start = after(desk(), withdrawals.WAITING, paging.cursor)
    found = withdrawals.waiting(desk(), limit=paging.limit, after=start)
    return ok(listed_by_due(desk(), withdrawals.WAITING, found))


@withdrawals_api.route("/withdrawals/{withdrawal}", methods=["GET"])
@staff_only(Permission.READ_CUSTOMERS)
@operation("A declaration of withdrawal, by id or number", gives=WithdrawalView)
def one(withdrawal: str) -> Response:
    return ok(view(desk().get(Withdrawal, named(desk(), Withdrawal, withdrawal))))


@withdrawals_api.route("/withdrawals/{withdrawal}/match", methods=["POST"])
@staff_only(Permission.OPEN_RETURN)
@operation("Say which order is meant", takes=NewMatch, gives=WithdrawalView)
def match(withdrawal: str) -> Response:
    """The return begins, and the customer is written to."""
    found = named(desk(), Withdrawal, withdrawal)
    return ok(view(withdrawal_matching.match(desk(), found, body(NewMatch).order_number)))


@withdrawals_api.route("/withdrawals/{withdrawal}/answer", methods=["POST"])
@staff_only(Permission.DECIDE_RETURN)
@operation("Say why there is no right to withdraw", takes=NewAnswer, gives=WithdrawalView)
def answer(withdrawal: str) -> Response:
    """The customer is written to, with where to complain; the declaration and its receipt stand."""
    found = named(desk(), Withdrawal, withdrawal)
    return ok(view(withdrawal_matching.answer(desk(), found, body(NewAnswer).text)))
