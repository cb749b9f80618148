"""What the shop's operator does on the command line: look up the secret, let Mei and Li in."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local import state
from local.clock import VirtualClock
from local.state import Running

SHOP = "qinghe"

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff with a bearer token of today."""

    id: str
    name: str
    token: str


class Operator:
    """Works on the running stack with its environment, as `python -m chalicelib.cli` does."""

    def __init__(self, running: Running) -> None:
        os.environ.update(running.environment)
        from chalicelib.services.house import house, set_clock

        # Read anew each time: the running stack moves it.
        set_clock(lambda: VirtualClock(state.folder() / "clock.json").now())
        self._house = house()

    def webhook_secret(self) -> str:
        """The newest secret that deliveries are signed with."""
        from chalicelib.services import shops

        return shops.webhook_secrets(self._house, SHOP)[0]

    def zone(self) -> str:
        """IANA time zone of the shop."""
        return self._house.shop(SHOP).zone

    def domain(self) -> str:
        return self._house.shop(SHOP).domain

    def colleague(self, name: str) -> Colleague:
        """Somebody by name, with a token that is good for a day. Raises LookupError."""
        from chalicelib.services import staff

        found = staff.everybody(self._desk(), limit=50, after=None).cards
        for card in found:
            if card.card["name"] == name:
                issued = staff.issue_token(self._desk(), card.id, label="demo", lifetime=30 * DAY)
                return Colleague(card.id, name, issued.text)
        raise LookupError(f"nobody called {name} works at {SHOP}")

    def sign_in_link(self, colleague: Colleague) -> str:
        """An address that signs somebody in, once, within 15 minutes."""
        from chalicelib.services import staff

        return staff.sign_in_link(self._desk(), colleague.id)

    def fill(self, batch: str) -> None:
        """Let the questions of an ordinary day come in, so that the desk is not empty."""
        from local.seed import seed_today

        seed_today(batch)

    def _desk(self) -> Any:
        from chalicelib.domain.events import Actor, ActorKind
        from chalicelib.services.desk import desk

        actor = Actor(kind=ActorKind.SYSTEM, id="cli")
        return desk(self._house, SHOP, actor=actor, correlation=self._house.new_id("cli"))
