"""Where each kind of record is looked at and worked on."""

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.orders import Order
from chalicelib.domain.returns import Return
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.withdrawals import Withdrawal


def page_of(kind: str, record_id: str, number: str = "") -> str:
    """The path of a record's page, empty for a kind that has none. A ticket whose number is not
    at hand is found by its id, which leads on to the number."""
    match kind:
        case Ticket.kind:
            return f"/desk/t/{number}" if number else f"/desk/tickets/{record_id}"
        case Return.kind:
            return f"/desk/returns/{record_id}"
        case Callback.kind:
            return f"/desk/calls/{record_id}"
        case Withdrawal.kind:
            return "/desk/withdrawals"
        case Order.kind:
            return f"/desk/o/{record_id}"
        case _:
            return ""
