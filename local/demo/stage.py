"""Everything the scenes act with: the service, the shop, the staff, the clock and the mailbox."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local import shop_api
from local.demo.browser import Browser
from local.demo.narrator import Narrator
from local.demo.operator import Colleague, Operator
from local.demo.service import Service
from local.demo.storefront import Storefront
from local.shopify_bodies import Sale

TICKET, RETURN = r"T-[0-9A-Z]{4}-?[0-9A-Z]{2,4}", r"R-[0-9A-Z]{4}-?[0-9A-Z]{2,4}"
"""What numbers look like on a page."""


@dataclass
class Story:
    """What one scene leaves to the next ones."""

    sales: dict[str, Sale] = field(default_factory=dict[str, Sale])
    ticket: dict[str, Any] = field(default_factory=dict[str, Any])
    other_ticket: dict[str, Any] = field(default_factory=dict[str, Any])
    call: dict[str, Any] = field(default_factory=dict[str, Any])
    calls: list[str] = field(default_factory=list[str])
    """Ids of the calls that were promised."""
    returns: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    pages: dict[str, str] = field(default_factory=dict[str, str])
    """What shoppers see: addresses by who."""
    recounts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """For each day of the story, its figures counted again, and whether they are the same."""


class Stage:
    """One telling of the story."""

    def __init__(self, service: Service, operator: Operator, narrator: Narrator) -> None:
        self.service = service
        self.operator = operator
        self.say = narrator
        self.story = Story()
        self.failures: list[str] = []
        self.run = shop_api.next_number()
        """Tells this telling's people and things from those of earlier ones."""
        self.zone = ZoneInfo(operator.zone())
        self.mei: Colleague = operator.colleague("Mei")
        self.li: Colleague = operator.colleague("Li")
        self.started = self.now()
        self.shop = Storefront(service, operator.domain(), operator.webhook_secret())

    def check(self, what: str, *, holds: bool) -> bool:
        """Note what does not hold, to be told at the end; gives `holds`."""
        if not holds:
            self.failures.append(what)
        return holds

    def now(self) -> datetime:
        """The virtual time, on the shop's clock."""
        return self._moment(self.service.call("GET", "/_local/clock"))

    def go_to(self, moment: datetime) -> datetime:
        """Let time pass; all that comes due on the way has happened then."""
        return self._moment(self.service.call("POST", "/_local/clock", {"to": moment.isoformat()}))

    def next(self, weekday: int, hour: int, minute: int) -> datetime:
        """The next such time on the shop's clock; Monday is 0."""
        now = self.now()
        day = now + timedelta(days=(weekday - now.weekday()) % 7)
        found = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return found if found > now else found + timedelta(days=7)

    def settle(self) -> None:
        """Let everything that is due now be done."""
        self.service.call("POST", "/_local/tick")

    def as_mei(
        self, method: str, path: str, content: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return self.service.call(method, path, content, token=self.mei.token)

    def as_li(
        self, method: str, path: str, content: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return self.service.call(method, path, content, token=self.li.token)

    def browser(self, language: str) -> Browser:
        return Browser(self.service, language)

    def mailbox(self, to: str) -> list[dict[str, Any]]:
        """What was sent to somebody, newest first."""
        self.settle()
        return self.service.call("GET", f"/mailbox.json?to={to}")["messages"]

    def alerts(self, type_: str) -> list[dict[str, Any]]:
        """What went to the topic that rings people, of a type such as `callback.due`."""
        everything = self.mailbox("")
        return [
            one
            for one in everything
            if one["channel"] == "alert" and any(type_ in tag for tag in one["tags"].values())
        ]

    def link(self, message: dict[str, Any], door: str, choice: str) -> str:
        """The address in a message that leads to a door, such as `/s/`, and presses a choice
        there, such as the score. Raises LookupError."""
        found = re.findall(rf"https?://\S+?{re.escape(door)}[^\s<>\"')]+", message["text"])
        for address in found:
            if address.endswith(f"={choice}"):
                return address
        raise LookupError(f"no {door} link for {choice} in: {message['text']}")

    def day_figures(self, day: datetime) -> dict[str, Any]:
        return self.as_mei("GET", f"/figures/day?date={day.date().isoformat()}")

    def _moment(self, answer: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(answer["now"]).astimezone(self.zone)


def first(text: str, pattern: str) -> str:
    """The first match in a page's text; empty if there is none."""
    found = re.search(pattern, text)
    return found[0] if found else ""
