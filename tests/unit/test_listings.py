"""What stands in the lists of a record, and what a step of it leaves as it is."""

from datetime import timedelta

from chalicelib.domain import parcels
from chalicelib.domain.canonical import ParcelSeen
from chalicelib.domain.customers import Identity
from chalicelib.domain.numbers import NumberClaim
from chalicelib.store.listings import index_attributes
from tests.unit.order_builders import delivered
from tests.unit.test_tickets import a_ticket


def test_what_is_due_next_stands_in_the_lists_by_due_time_alone() -> None:
    ticket = a_ticket()
    due = ticket.next_due_at
    assert due is not None
    later = tuple(
        one.model_copy(update={"due_at": due + timedelta(hours=1)}) for one in ticket.promises
    )
    moved = ticket.model_copy(update={"promises": later, "version": ticket.version + 1})

    before, after = index_attributes(ticket), index_attributes(moved)

    assert {name for name in before if before[name] != after[name]} == {"g1sk", "g3sk"}


def test_what_nobody_is_known_by_any_more_stands_in_no_list() -> None:
    known = Identity(shop="acme", id="a-hash", customer_id="cus_1")

    assert index_attributes(known)["g4pk"] == "acme#identities#cus_1"
    assert index_attributes(known.but(customer_id=None)) == {}


def test_a_parcel_kept_before_there_was_its_list_is_put_into_it_when_it_is_next_seen() -> None:
    seen = delivered()[0]
    assert isinstance(seen, ParcelSeen)
    mark, is_new = parcels.seen(parcels.ParcelMark(), seen)
    assert is_new
    early = mark.model_copy(update={"digest": mark.digest.removeprefix("v2.")})

    assert parcels.seen(early, seen) == (mark, True)
    assert parcels.seen(mark, seen) == (mark, False)
    kept = parcels.Parcel.of(seen, shop="acme", order_id="ord_1")
    assert index_attributes(kept)["g3pk"] == "acme#tracking#jjd0003412"
    assert index_attributes(kept.erased()) == {}


def test_the_number_of_a_return_alone_stands_in_the_list_of_returns_by_when_they_were_asked() -> (
    None
):
    asked = NumberClaim(shop="acme", id="R-7KQ4-XMK", subject="rma_01J")
    named_elsewhere = NumberClaim(shop="acme", id="ref_1", subject="rma_01J")
    ticket = NumberClaim(shop="acme", id="T-7KQ4-XMK", subject="tkt_01J")

    assert index_attributes(asked)["g4pk"] == "acme#returns-asked"
    assert index_attributes(named_elsewhere) == index_attributes(ticket) == {}
