"""Where the next page of a list starts: opaque, signed, good for one list of one shop."""

from typing import Any, cast

from pydantic import Field

from chalicelib.domain.errors import Malformed
from chalicelib.services import links
from chalicelib.services.desk import Desk
from chalicelib.store.records import Page
from chalicelib.web.forms import Body
from chalicelib.web.shapes import Shape


class Paging(Body):
    """How every list is asked for."""

    limit: int = Field(default=25, ge=1, le=100)
    cursor: str | None = None


class Listed(Shape):
    """One page of a list."""

    items: list[dict[str, Any]]
    next: str | None
    """The `cursor` of the next page; null on the last one."""


def cursor(desk: Desk, list_name: str, after: dict[str, Any] | None) -> str | None:
    """The cursor that goes on after a key; None at the end of the list."""
    if after is None:
        return None
    return links.sign(desk.house, f"cursor:{list_name}", [desk.shop_id, after])


def after(desk: Desk, list_name: str, given: str | None) -> dict[str, Any] | None:
    """The key a cursor goes on after. Raises Malformed for one that is not of this list."""
    if given is None:
        return None
    signed = cast("list[Any] | None", links.unsign(desk.house, f"cursor:{list_name}", given))
    if signed is None or signed[0] != desk.shop_id:
        raise Malformed("This cursor does not belong to this list.", field="cursor")
    return signed[1]


def listed(desk: Desk, list_name: str, page: Page) -> Listed:
    """A page of cards as the outside sees it."""
    items = [{"id": card.id, "kind": card.kind, **card.card} for card in page.cards]
    return Listed(items=items, next=cursor(desk, list_name, page.after))


def listed_by_due(desk: Desk, list_name: str, page: Page) -> Listed:
    """A page of a list by due time, with the time by which each is due."""
    dues = [card.due_at and card.due_at.isoformat() for card in page.cards]
    told = listed(desk, list_name, page)
    items = [{**item, "due_at": due} for item, due in zip(told.items, dues, strict=True)]
    return Listed(items=items, next=told.next)
