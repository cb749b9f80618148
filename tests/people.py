"""Who works at the test shops, and what they hold in their hands."""

from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Staff
from chalicelib.services import desk as desks
from chalicelib.services import staff
from chalicelib.services.desk import Desk
from chalicelib.services.house import house

SYSTEM = Actor(kind=ActorKind.SYSTEM)


def desk_of(shop: str = "acme") -> Desk:
    """A shop's desk, with nobody in particular at it."""
    return desks.desk(house(), shop, actor=SYSTEM, correlation="test")


def hired(role: Role, shop: str = "acme", name: str = "Li Wei") -> Staff:
    """Somebody new; their mail address is made of their name and role."""
    return staff.add(
        desk_of(shop),
        name=name,
        mail=f"{name.replace(' ', '.')}.{role}@{shop}.example".lower(),
        role=role,
        language="en",
        zone=None,
        phone=None,
    )


def bearer(person: Staff) -> dict[str, str]:
    """The headers of a request of theirs."""
    issued = staff.issue_token(desk_of(person.shop), person.id, label="till", lifetime=None)
    return {"Authorization": f"Bearer {issued.text}", "Content-Type": "application/json"}
