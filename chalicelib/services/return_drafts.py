"""A shopper's draft of a return: kept a day for each order, and sent once.

A draft is named after the one that was sent before it, so that two pages that are opened at once
write into the same draft, and a page from before it was sent leads to the return that was made.
"""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.return_drafts import Draft
from chalicelib.domain.return_requests import Asked
from chalicelib.services import returns
from chalicelib.services.desk import Desk, Replayed
from chalicelib.store import drafts
from chalicelib.store.receipts import Receipt, is_alive, receipt_id
from chalicelib.store.tables import Item, batch_get

_SENT_LIFETIME = drafts.LIFETIME - timedelta(minutes=1)
"""A draft is kept a last time just before it is sent, and its name is free again only when the
draft itself is gone."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    name: str
    draft: Draft
    made: str = ""
    """The id of the return that came of it; empty until it was sent."""


def open_draft(desk: Desk, order: str, name: str = "") -> OpenDraft:
    """The draft that a page is about, or without a name the one that is being filled in for the
    order: a new one if the last was sent."""
    kept_at = drafts.key(desk.house.tables, desk.shop_id, order)
    sent_at = _sent(desk, order, name).key(desk.house.tables)
    found = batch_get([kept_at, sent_at] if name else [kept_at])
    kept = _alive(desk, found.get(kept_at))
    if name:
        sent = _alive(desk, found.get(sent_at))
        return OpenDraft(name, _draft(kept, name), sent["resource_id"] if sent else "")
    if not kept:
        return OpenDraft(_name(desk, order, ""), Draft())
    last = open_draft(desk, order, kept["name"])
    return OpenDraft(_name(desk, order, last.name), Draft()) if last.made else last


def keep(desk: Desk, order: str, name: str, draft: Draft) -> None:
    """Keep it for a day from this moment."""
    typed = draft.model_dump_json(exclude_defaults=True)
    drafts.keep(desk.house.tables, desk.shop_id, order, name=name, typed=typed, now=desk.now())


def send(desk: Desk, order: str, name: str, draft: Draft, asked: Asked) -> str:
    """Ask for the return; gives its id, the same one however often it is sent. Raises what
    `returns.request` raises."""
    once = Desk(
        desk.house,
        desk.shop_id,
        actor=desk.actor,
        correlation=desk.correlation,
        receipts=(_sent(desk, order, name),),
    )
    try:
        return returns.request(once, order, draft.wanted, asked).id
    except Replayed as repeat:
        return repeat.resource_id or ""


def _sent(desk: Desk, order: str, name: str) -> Receipt:
    return Receipt(receipt_id("draft-sent", desk.shop_id, order, name), name, _SENT_LIFETIME)


def _name(desk: Desk, order: str, before: str) -> str:
    return receipt_id("draft-name", desk.shop_id, order, before)[:16]


def _alive(desk: Desk, item: Item | None) -> Item:
    return item if item is not None and is_alive(item, desk.now()) else {}


def _draft(kept: Item, name: str) -> Draft:
    return Draft.model_validate_json(kept["typed"]) if kept.get("name") == name else Draft()
