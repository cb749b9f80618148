"""The lists each kind of record stands in, and the card a list shows of it (`docs/data.md`)."""

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customers import Customer, Identity
from chalicelib.domain.drafts import Draft
from chalicelib.domain.macros import Macro
from chalicelib.domain.messages import Channel, Outgoing, State
from chalicelib.domain.numbers import NumberClaim
from chalicelib.domain.orders import Order, normalised_number
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.permissions import LEADING
from chalicelib.domain.returns import Return
from chalicelib.domain.staff import Staff
from chalicelib.domain.surveys import Survey
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.unknown_parcels import UnknownParcel
from chalicelib.domain.withdrawals import State as WithdrawalState
from chalicelib.domain.withdrawals import Withdrawal
from chalicelib.store.keys import NEVER, Place, index_attributes, listed, stamp

__all__ = ["index_attributes"]


NOBODY = "nobody"
"""Who tickets of the pool are assigned to."""

LONGEST_SORT = 100
"""Characters of a name that it is sorted by: a key has room for 1,024 bytes."""


def _staff_places(one: Staff) -> list[Place]:
    name = one.name.casefold()[:LONGEST_SORT]
    places = [Place(4, "staff", name)]
    if one.role in LEADING and one.disabled_at is None:
        places.append(Place(2, f"leading#{one.role}", name))
    return places


listed(
    Staff,
    places=_staff_places,
    card=lambda one: {
        "name": one.name,
        "role": str(one.role),
        "language": one.language,
        "disabled": one.disabled_at is not None,
    },
)


def _ticket_places(one: Ticket) -> list[Place]:
    opened = stamp(one.opened_at)
    places: list[Place] = []
    if one.status.is_active:
        due = stamp(one.next_due_at) if one.next_due_at else NEVER
        places.append(Place(1, "tickets", due))
        places.append(Place(3, f"assignee#{one.assignee or NOBODY}", due))
    if one.customer_id is not None:
        places.append(Place(2, f"customer#{one.customer_id}", opened))
    if one.order_id is not None:
        places.append(Place(4, f"order#{one.order_id}", opened))
    return places


listed(
    Ticket,
    places=_ticket_places,
    card=lambda one: {
        "number": one.number,
        "subject": one.subject,
        "language": one.message_language,
        "reason": str(one.reason),
        "status": str(one.status),
        "priority": str(one.priority),
        "channel": str(one.channel),
        "owner": str(one.owner),
        "assignee": one.assignee,
        "customer_id": one.customer_id,
        "order_id": one.order_id,
        "opened_at": one.opened_at.isoformat(),
        **({"follows": one.follows} if one.follows else {}),
    },
)


def _draft_places(one: Draft) -> list[Place]:
    # By ticket and not by time, so that keeping it again writes no index.
    return [Place(3, f"drafts#{one.staff_id}", one.ticket_id)] if one.written.text else []


listed(
    Draft,
    places=_draft_places,
    card=lambda one: {
        "ticket_id": one.ticket_id,
        "came_back": str(one.came_back) if one.came_back else None,
    },
)


def _callback_places(one: Callback) -> list[Place]:
    due = stamp(one.window_start)
    places = [Place(2, f"customer#{one.customer_id}", stamp(one.made_at))]
    if one.state.is_open:
        places.append(Place(1, "callbacks", due))
        if one.owner_id is not None:
            places.append(Place(3, f"assignee#{one.owner_id}", due))
    if one.case_id is not None:
        places.append(Place(4, f"calls#{one.case_id}", due))
    return places


listed(
    Callback,
    places=_callback_places,
    card=lambda one: {
        "number": one.number,
        "purpose": str(one.purpose),
        "state": str(one.state),
        "customer_id": one.customer_id,
        "case_id": one.case_id,
        "owner_id": one.owner_id,
        "language": one.language,
        "zone": one.zone,
        "window_start": one.window_start.isoformat(),
        "window_end": one.window_end.isoformat(),
        "attempts": len(one.attempts),
    },
)


def _survey_places(one: Survey) -> list[Place]:
    made = stamp(one.made_at)
    places = [Place(4, "surveys", made)]
    if one.customer_id is not None:
        places.append(Place(2, f"customer#{one.customer_id}", made))
    return places


listed(
    Survey,
    places=_survey_places,
    card=lambda one: {
        "state": str(one.state),
        "not_sent": str(one.not_sent) if one.not_sent else None,
        "about": str(one.case.about),
        "case_id": one.case.id,
        "number": one.case.number,
        "customer_id": one.customer_id,
        "staff_id": one.case.staff_id,
        "score": one.answer.score if one.answer else None,
        "made_at": one.made_at.isoformat(),
    },
)


def _outgoing_places(one: Outgoing) -> list[Place]:
    places: list[Place] = []
    is_by_hand = one.channel is Channel.BY_HAND and one.state is State.DUE
    if is_by_hand or (one.state is State.FAILED and one.customer_id is not None):
        places.append(Place(1, "by-hand", stamp(one.created_at)))
    if one.seen_at is not None and one.claimed_at is not None:
        places.append(Place(4, "mail-seen", stamp(one.claimed_at)))
    return places


listed(
    Outgoing,
    places=_outgoing_places,
    card=lambda one: {
        "template": one.template,
        "number": one.params.get("number"),
        "customer_id": one.customer_id,
        "subject_id": one.subject_id,
        "channel": str(one.channel),
        "state": str(one.state),
        "reason": one.reason,
        "language": one.language,
        "created_at": one.created_at.isoformat(),
        "claimed_at": one.claimed_at.isoformat() if one.claimed_at else None,
    },
)


def _return_places(one: Return) -> list[Place]:
    requested = stamp(one.requested_at)
    places = [Place(4, f"order#{one.order_id}", requested)]
    if one.is_open:
        due = stamp(one.next_due_at) if one.next_due_at else NEVER
        places.append(Place(1, "returns", due))
    if one.customer_id is not None:
        places.append(Place(2, f"customer#{one.customer_id}", requested))
    if tracking := normalised_number(one.tracking):
        places.append(Place(3, f"tracking#{tracking}", requested))
    return places


listed(
    Return,
    places=_return_places,
    card=lambda one: {
        "number": one.number,
        "request": str(one.request),
        "logistics": str(one.logistics),
        "money": str(one.money),
        "owner": str(one.owner),
        "wish": str(one.wish),
        "reasons": sorted({str(line.reason) for line in one.lines}),
        "units": sum(line.authorized or line.requested for line in one.lines),
        "order_id": one.order_id,
        "order_number": one.order_number,
        "customer_id": one.customer_id,
        "requested_at": one.requested_at.isoformat(),
    },
)


def _withdrawal_places(one: Withdrawal) -> list[Place]:
    declared = stamp(one.declared_at)
    places: list[Place] = []
    if one.state is WithdrawalState.WAITING:
        places.append(Place(1, "withdrawals", stamp(one.due_at) if one.due_at else NEVER))
    if one.customer_id is not None:
        places.append(Place(2, f"customer#{one.customer_id}", declared))
    elif one.erased_at is None:
        places.append(Place(2, "guests", declared))
    if one.order_id is not None:
        places.append(Place(4, f"order#{one.order_id}", declared))
    return places


listed(
    Withdrawal,
    places=_withdrawal_places,
    card=lambda one: {
        "number": one.number,
        "state": str(one.state),
        "why": str(one.why) if one.why else None,
        "language": one.language,
        "customer_id": one.customer_id,
        "order_id": one.order_id,
        "return_id": one.return_id,
        "declared_at": one.declared_at.isoformat(),
    },
)


listed(
    Macro,
    places=lambda one: [Place(4, "macros", one.title.casefold()[:LONGEST_SORT])],
    card=lambda one: {"name": one.name, "title": one.title},
)


listed(
    Customer,
    places=lambda one: [Place(4, "customers", stamp(one.first_seen_at))],
    card=lambda one: {"erased": one.erased_at is not None},
)


def _order_places(one: Order) -> list[Place]:
    if one.placed_at is None:
        return []
    placed = stamp(one.placed_at)
    places = [Place(3, f"order-number#{normalised_number(one.number)}", placed)]
    if one.customer_id is not None:
        places.append(Place(2, f"customer#{one.customer_id}", placed))
    elif one.erased_at is None:
        places.append(Place(2, "guests", placed))
    return places


listed(
    Order,
    places=_order_places,
    card=lambda one: {
        "number": one.number,
        "payment": str(one.payment),
        "fulfilment": str(one.fulfilment),
        "placed_at": one.placed_at.isoformat() if one.placed_at else None,
        "total": one.total.model_dump() if one.total else None,
    },
)


def _parcel_places(one: Parcel) -> list[Place]:
    tracking = normalised_number(one.tracking)
    left = stamp(one.shipped_at) if one.shipped_at else ""
    return [Place(3, f"tracking#{tracking}", left)] if tracking else []


listed(Parcel, places=_parcel_places, card=lambda one: {"order_id": one.order_id})


def _unknown_places(one: UnknownParcel) -> list[Place]:
    found = stamp(one.found_at)
    if not one.is_waiting:
        return []
    return [Place(1, "unknown-parcels", found), Place(2, "guests", found)]


listed(UnknownParcel, places=_unknown_places, card=lambda one: {"shelf": one.shelf})


def _identity_places(one: Identity) -> list[Place]:
    return [Place(4, f"identities#{one.customer_id}", "")] if one.customer_id else []


listed(
    Identity,
    places=_identity_places,
    card=lambda _: {},
)


def _claim_places(one: NumberClaim) -> list[Place]:
    # Written once, unlike the return itself; a return's id is in the order of time.
    is_returns = one.subject.startswith(f"{Return.prefix}_") and one.id.startswith("R-")
    return [Place(4, "returns-asked", one.subject)] if is_returns else []


listed(
    NumberClaim,
    places=_claim_places,
    card=lambda one: {"subject": one.subject},
)
