"""The first page of the desk: what is owed, by time."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.rows import work_rows
from chalicelib.web.auth import any_staff, desk
from chalicelib.web.operations import webpage

my_day = Blueprint(__name__)

OWED_LISTS = ("tickets", "returns", "callbacks", "withdrawals")

MOST_OWED = 25
"""Of each kind; who has more than that begins with the first."""


@my_day.route("/desk", methods=["GET"])
@any_staff
@webpage("/desk")
def today() -> Response:
    """What is owed by time, over tickets, returns, calls and withdrawals to match."""
    here = desk()
    cards = [card for name in OWED_LISTS for card in here.page(1, name, limit=MOST_OWED).cards]
    cards.sort(key=lambda card: card.sort)
    rows = work_rows(here, cards[:MOST_OWED])
    return staff_page(200, "desk/today.html", rows=rows, place="today")
