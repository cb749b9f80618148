"""A shop that has one of everything there is an address for."""

from datetime import timedelta
from itertools import product

from chalicelib.domain.agenda import Lane
from chalicelib.domain.canonical import Person, Platform, ProductSeen, SeenBy
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.return_lines import Reason as WhyBack
from chalicelib.domain.return_lines import Wanted, Wish
from chalicelib.domain.return_requests import Asked as AskedBack
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff
from chalicelib.domain.threads import Channel, Words
from chalicelib.domain.ticket_work import Question
from chalicelib.domain.tickets import Reason, Ticket
from chalicelib.domain.unknown_parcels import Seen
from chalicelib.domain.withdrawals import Statement
from chalicelib.services import (
    callbacks,
    catalogue,
    inbox,
    links,
    macros,
    photo_intake,
    returns,
    shops,
    staff,
    surveys,
    ticket_work,
    unknown_parcels,
    withdrawals,
)
from chalicelib.services import tickets as ticket_service
from chalicelib.services.callbacks import NewCall
from chalicelib.services.desk import Desk
from chalicelib.services.house import house
from chalicelib.services.inbox import Parked
from chalicelib.services.ticket_work import Answer
from chalicelib.services.tickets import Asked
from chalicelib.store import agenda as agenda_store
from tests import photos, snapshots
from tests.people import desk_of, hired
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

NOON = DELIVERED + timedelta(days=2, hours=2)
"""When the return of what was delivered is still a matter of days."""

_A_DAYTIME = NOON + timedelta(days=1)
_QUESTION = Question(
    reason=Reason.PARCEL,
    subject="Where is it?",
    words=Words(
        author=Actor(kind=ActorKind.CUSTOMER), channel=Channel.WEB, language="en", text="Where?"
    ),
)


def a_full_shop(shop: str) -> dict[str, str]:
    """Opened at `NOON`; gives the ids of what it has, by the names that addresses give them."""
    shops.put(desk_of(shop), Configuration(name=shop.title(), zone="Europe/Berlin", country="DE"))
    here, mei = desk_of(shop), hired(Role.ADMIN, shop)
    order = catalogue.take_order(
        here, [an_order_seen(a_line("l1", quantity=2)), *delivered()], SeenBy.WEBHOOK
    )
    assert order is not None
    assert order.customer_id is not None
    ticket = ticket_service.open_ticket(
        here, Asked(_QUESTION, Person(**order.contact.model_dump()), order)
    )
    return {
        "shop_id": shop,
        "platform": "standard",
        "order_id": order.id,
        "customer_id": order.customer_id,
        "product_id": _product(here),
        "ticket": ticket.id,
        "ticket_number": ticket.number,
        "case": _return(here, order.id),
        "callback_id": _call(here, ticket, mei),
        "survey_id": _survey(here, mei),
        "macro": macros.put(here, f"late-{shop}", "Late", {"en": "It is late."}, None).name,
        "message_id": _message(here, order.customer_id),
        "withdrawal": (withdrawal := _withdrawal(here)),
        "withdrawal_id": withdrawal,
        "staff_id": mei.id,
        "token_id": staff.issue_token(here, mei.id, label="till", lifetime=None).token.id,
        "entry_id": _parked_entry(here),
        "delivery_id": _given_up_delivery(shop),
        "photo_id": _photo(here, ticket.id),
        "parcel_id": unknown_parcels.keep(here, Seen(shelf="U-01")).id,
    }


def _photo(here: Desk, ticket: str) -> str:
    place = photos.put(here, ticket, snapshots.a_photo((8, 8)))
    photo_intake.take_in(here, place)
    return place.photo


def _product(here: Desk) -> str:
    seen = ProductSeen(platform=Platform.STANDARD, id="p-l1", changed_at=NOON, title="Linen set")
    return catalogue.take_product(here, seen, SeenBy.WEBHOOK).id


def _return(here: Desk, order_id: str) -> str:
    asked = AskedBack(wish=Wish.REFUND, note="", channel="phone", language="en")
    wanted = (Wanted(line_id="l1", quantity=1, reason=WhyBack.NO_REASON),)
    return returns.request_by_staff(here, order_id, wanted, asked).id


def _call(here: Desk, ticket: Ticket, owner: Staff) -> str:
    new = NewCall(
        at=_A_DAYTIME,
        what="Where it is",
        customer_id=None,
        case_id=ticket.id,
        owner_id=owner.id,
        language=None,
        zone=None,
    )
    return callbacks.promise(here, new).id


def _survey(here: Desk, by: Staff) -> str:
    ticket = ticket_service.open_ticket(here, Asked(_QUESTION, Person(name="Jana")))
    ticket_work.resolve(here, ticket.id, Answer("It has arrived.", by))
    token = surveys.confirm(here, ticket.id)
    assert token is not None
    return links.opened(house(), surveys.PURPOSE, token).subject


def _withdrawal(here: Desk) -> str:
    said = Statement(name="Jana", contract="?", mail="", language="en", pressed_at=NOON)
    return withdrawals.declare(here, said, timedelta(0)).id


def _message(here: Desk, customer_id: str) -> str:
    told, _ = here.timeline(customer_id)
    return next(event.subject for event in told if event.type == "message.queued")


def _parked_entry(here: Desk) -> str:
    tables, now = house().tables, here.now()
    for lane, shard in product(Lane, range(agenda_store.SHARDS)):
        due, _ = agenda_store.due(tables, f"{lane}#{shard}", now=now, limit=50, after=None)
        for one in due:
            if one.shop != here.shop_id:
                continue
            claimed = agenda_store.claim(tables, one, now=now, lease="test")
            if claimed is not None:
                agenda_store.park(tables, claimed, error="KeyError in message.send")
                return one.id
    raise LookupError("nothing is due")


def _given_up_delivery(shop: str) -> str:
    parked = Parked(
        platform="standard",
        shop=shop,
        headers={},
        body=b"{}",
        received_at=NOON,
        correlation="test",
        attempts=inbox.MOST_ATTEMPTS,
    )
    inbox.put(house(), parked, f"{shop}: a delivery")
    (key,) = [key for key in inbox.waiting(house()) if f"/{shop}/" in key]
    inbox.keep(house(), key, parked)
    return inbox.given_up(house(), shop, after=None).ids[0]
