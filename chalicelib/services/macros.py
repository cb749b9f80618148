"""The macros of a shop: made by who manages it, found by who answers."""

from chalicelib.domain.changes import Changes
from chalicelib.domain.drafts import Then
from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.forms import Texts
from chalicelib.domain.macros import Macro, fits, macro_id
from chalicelib.services.desk import Desk, command

MACROS = "macros"
"""The list of a shop's macros by their titles."""

MOST_MACROS = 100
"""So many a shop may have: they are looked through in one read."""


def all_of(desk: Desk) -> list[Macro]:
    """The shop's macros by their titles."""
    cards = desk.page(4, MACROS, limit=MOST_MACROS).cards
    found = desk.read(*((Macro, one.id) for one in cards)) if cards else []
    return [one for one in found if isinstance(one, Macro)]


def found(desk: Desk, words: str) -> list[Macro]:
    """Those with all of the words in them; no words are in all of them."""
    return [one for one in all_of(desk) if fits(one, words)]


@command
def put(desk: Desk, name: str, title: str, texts: Texts, then: Then | None) -> Macro:
    """Make the macro of that name, or replace it. Raises NotAllowed beyond a hundred."""
    known = desk.find(Macro, macro_id(name))
    if known is not None:
        changed = desk.expected(known).but(title=title, texts=texts, then=then)
        return desk.commit(Changes(changed, (changed,)))
    if len(desk.page(4, MACROS, limit=MOST_MACROS).cards) >= MOST_MACROS:
        raise NotAllowed(f"A shop has at most {MOST_MACROS} macros.", reason="too-many-macros")
    made = Macro(
        shop=desk.shop_id, id=macro_id(name), name=name, title=title, texts=texts, then=then
    )
    return desk.commit(Changes(made, (made,)))


@command
def remove(desk: Desk, name: str) -> None:
    """Take a macro away; what was answered with it stays. Raises NotFound."""
    desk.commit(Changes(None, removed=(desk.get(Macro, macro_id(name)),)))
