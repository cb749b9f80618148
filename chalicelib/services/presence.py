"""Who else reads a ticket, so that two do not answer at once."""

from chalicelib.domain.staff import Staff
from chalicelib.services.desk import Desk
from chalicelib.store.presence import seen_reading


def readers(desk: Desk, ticket_id: str) -> list[str]:
    """The names of the others who read it within the last minute; whoever asks does too."""
    others = seen_reading(desk.house.tables, desk.shop_id, ticket_id, desk.actor.id, now=desk.now())
    found = desk.read(*((Staff, one) for one in others)) if others else []
    return [one.name for one in found if isinstance(one, Staff)]
