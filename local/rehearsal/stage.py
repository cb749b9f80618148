"""What the scenes act with: the stage's address, its shop, its people, and what can be looked at
from outside."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from local.demo.browser import Browser
from local.demo.service import Service
from local.demo.storefront import Storefront
from local.outbox import Outbox, Sent
from local.rehearsal.cloud import MAILS
from local.rehearsal.operator import Listener, Operator
from local.rehearsal.stack import Stack
from local.rehearsal.teller import NotSo, Teller
from local.shopify_bodies import Sale

DOMAIN = "qinghe-home.myshopify.com"
SECRET = "qinghe-rehearsal-webhooks"  # noqa: S105 - it guards made-up orders on loopback

PATIENCE = 60
"""Seconds that something may take which happens at once, cold starts and a busy machine allowed
for."""

T = TypeVar("T")


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass
class Story:
    """What one scene leaves to the next ones."""

    token: str = ""
    staff_id: str = ""
    sale: Sale | None = None
    ticket: dict[str, Any] = field(default_factory=dict[str, Any])
    call: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Stage:
    """The deployed stage."""

    say: Teller
    stack: Stack
    operator: Operator
    service: Service
    shop: Storefront
    events: Listener
    alerts: Listener
    folder: Path
    """Where the emulator keeps what it writes."""
    mail_domain: str
    started: date = field(default_factory=_today)
    story: Story = field(default_factory=Story)

    def as_mei(
        self, method: str, path: str, content: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask the API as the shop's admin."""
        return self.service.call(method, path, content, token=self.story.token)

    def browser(self, language: str) -> Browser:
        return Browser(self.service, language)

    def mails(self, to: str) -> list[Sent]:
        """What SES took for somebody, newest first."""
        return Outbox(self.folder / MAILS).newest_first(to)

    def soon(self, what: str, look: Callable[[], T | None], seconds: float = PATIENCE) -> T:
        """What `look` gives once it gives something. Raises NotSo if that takes too long."""
        deadline = time.monotonic() + seconds
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise NotSo(f"{what}: not within {seconds:.0f} seconds")
            time.sleep(0.3)

    def days(self) -> list[date]:
        """The days it plays on, on the shop's calendar: one, or two over midnight."""
        return [self.started] if _today() == self.started else [self.started, _today()]

    def counted(self) -> Counter[str]:
        """How many events there are by type, from the figures."""
        total: Counter[str] = Counter()
        for day in self.days():
            total.update(self.as_mei("GET", f"/figures/day?date={day}")["events"])
        return total
