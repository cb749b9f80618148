"""The demo shop before now: its desk at any moment, its regular customers, what they say."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.events import Actor, ActorKind
from chalicelib.services.desk import Desk, desk
from chalicelib.services.house import House
from local.shopify_bodies import Buyer

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Past:
    """The shop at any moment up to now."""

    house: House
    shop: str
    now: datetime

    def house_at(self, at: datetime) -> House:
        """The process as if it were that moment; never later than now."""
        then = min(at, self.now)
        return replace(self.house, clock=lambda: then)

    def desk(self, at: datetime, kind: ActorKind, who: str = "") -> Desk:
        """The desk at that moment, with somebody at it."""
        house = self.house_at(at)
        actor = Actor(kind=kind, id=who)
        return desk(house, self.shop, actor=actor, correlation=house.new_id("cli"))


def buyer(place: int) -> Buyer:
    """One of the shop's regular customers."""
    people = said()["people"]
    first_name, last_name, locale, country, city = people[place % len(people)]
    return Buyer(
        id=8_000_000_000 + place % len(people),
        first_name=first_name,
        last_name=last_name,
        mail=f"customer{place % len(people) + 1}@example.net",
        phone=f"+4930550{place % len(people):04d}",
        locale=locale,
        country=country,
        city=city,
    )


@cache
def said() -> dict[str, Any]:
    """What people are called, and what they say."""
    return json.loads(Path(__file__).with_name("seed_words.json").read_text(encoding="utf-8"))
