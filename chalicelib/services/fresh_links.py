"""A fresh link for whoever's link is over: to the address on file, never to one that is typed."""

from datetime import timedelta

from chalicelib.domain.customers import Customer
from chalicelib.domain.letters import CaseLink
from chalicelib.domain.messages import message
from chalicelib.services import callbacks
from chalicelib.services.desk import Desk, command

PURPOSES = frozenset({"case", "resolved"})
"""Of the links that are sent anew."""

AT_MOST, IN = 2, timedelta(hours=1)
"""So many letters about one case, however often they are asked for."""


@command
def send(desk: Desk, case_id: str) -> None:
    """Send the customer of a ticket or a return a link to its page. Who cannot be written to, and
    who was written to just now, is not; the caller is not told. Raises NotFound."""
    case = callbacks.case_of(desk, case_id)
    customer = desk.find(Customer, case.customer_id) if case.customer_id else None
    if customer is None or not customer.mail:
        return
    if not desk.take(f"fresh-link#{case_id}", limit=AT_MOST, window=IN):
        return
    letter = CaseLink(number=case.number)
    desk.commit(
        message(
            customer, letter, shop=desk.shop, subject_id=case.id, new_id=desk.new_id, at=desk.now()
        )
    )
