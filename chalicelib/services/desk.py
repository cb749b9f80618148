"""What a use case works with: one shop's records, the time, ids, policies, and one commit."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import DomainError, NotFound, Stale
from chalicelib.domain.events import Actor, ActorKind, Event
from chalicelib.domain.records import Record
from chalicelib.domain.shops import Shop
from chalicelib.services import keys, links
from chalicelib.services.house import House
from chalicelib.store import commit as store_commit
from chalicelib.store import events, records
from chalicelib.store.agenda import Claimed
from chalicelib.store.codec import read
from chalicelib.store.commit import AlreadyHandled, Conflict, Envelope
from chalicelib.store.receipts import Receipt, is_alive, receipt_id, take
from chalicelib.store.records import Page, Stretch
from chalicelib.store.tables import Item, Key, batch_get

R = TypeVar("R", bound=Record)
T = TypeVar("T")
P = ParamSpec("P")

PATIENCE_SECONDS = 3.0
IDEMPOTENCY_LIFETIME = timedelta(hours=24)

OPEN = "open"
"""What the house remembers of a shop's lists; out of date once something was committed."""


class Replayed(Exception):
    """The request was handled before; the answer is rendered from the record it made."""

    def __init__(self, receipt: Item) -> None:
        super().__init__("handled before")
        self.resource_kind: str | None = receipt.get("resource_kind")
        self.resource_id: str | None = receipt.get("resource_id")
        self.part_of: str | None = receipt.get("resource_part_of")


class TryLater(DomainError):
    """The store is busy; nothing was lost, and the same request may be sent again."""


class KeyReused(DomainError):
    """An `Idempotency-Key` came back with another body."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a caller sent as `Idempotency-Key`: the scope is shop, caller and route."""

    scope: str
    key: str
    body_hash: str

    def receipt(self) -> Receipt:
        return Receipt(
            receipt_id("key", self.scope, self.key), self.body_hash, IDEMPOTENCY_LIFETIME
        )


class Desk:
    """One shop's desk during one request or one agenda run.

    The first read takes the request's receipts along; the first commit writes them, and
    finishes the agenda entry that is being run.
    """

    def __init__(
        self,
        house: House,
        shop_id: str,
        *,
        actor: Actor,
        correlation: str,
        receipts: tuple[Receipt, ...] = (),
        if_match: int | None = None,
        run: Claimed | None = None,
    ) -> None:
        self.house = house
        self.shop_id = shop_id
        self.actor = actor
        self.correlation = correlation
        self._receipts = receipts
        self._unread = receipts
        self._if_match = if_match
        self._expected = if_match
        self._run = run

    @property
    def shop(self) -> Shop:
        """The shop's configuration, at most a minute old. Raises NotFound."""
        return self.house.shop(self.shop_id)

    @property
    def finished(self) -> bool:
        """Whether the agenda entry being run is already finished by a commit."""
        return self._run is None

    def now(self) -> datetime:
        return self.house.now()

    def new_id(self, prefix: str) -> str:
        return self.house.new_id(prefix)

    def new_number(self, letter: str) -> str:
        return self.house.new_number(letter)

    def fingerprint(self, value: str) -> str:
        """The id of an identity: a keyed hash of an address, a number or an outside id."""
        return keys.fingerprint(self.house, self.shop_id, value)

    def link(self, purpose: str, subject: str, expires_at: datetime) -> str:
        """A signed token that opens one subject of this shop for one purpose."""
        return links.link(
            self.house, purpose, shop=self.shop_id, subject=subject, expires_at=expires_at
        )

    def get(self, kind: type[R], record_id: str, part_of: str | None = None) -> R:
        """One record. Raises NotFound; the first one got is what the caller's `If-Match` is
        about, and Stale is raised if that is not its version."""
        record = self.find(kind, record_id, part_of)
        if record is None:
            raise NotFound(f"There is no such {kind.kind}.", field="id")
        return self.expected(record)

    def find(self, kind: type[R], record_id: str, part_of: str | None = None) -> R | None:
        """One record, or None."""
        return cast("R | None", self.read((kind, record_id, part_of))[0])

    def expected(self, record: R) -> R:
        """The record, if it has the version that the caller's `If-Match` names; Stale if not."""
        if self._expected not in (None, record.version):
            raise Stale(
                f"This {record.kind} is at version {record.version} by now.",
                version=record.version,
            )
        self._expected = None
        return record

    def read(
        self, *wanted: tuple[type[Record], str] | tuple[type[Record], str, str | None]
    ) -> list[Record | None]:
        """Several records in one round trip, each or None, in the order asked for.

        Raises Replayed if the request was handled before, KeyReused if its key was used for
        another request.
        """
        tables = self.house.tables
        keys_of = [
            records.key(tables, self.shop_id, w[0], w[1], w[2] if len(w) > 2 else None)
            for w in wanted
        ]
        receipt_keys = [receipt.key(tables) for receipt in self._unread]
        found = batch_get([*keys_of, *receipt_keys])
        self._answer_from_receipts(found)
        return [
            read(kind, found[key]) if key in found else None
            for (kind, *_), key in zip(wanted, keys_of, strict=True)
        ]

    def family(self, record_id: str, *kinds: type[Record]) -> list[Record]:
        """The records of some kinds in one partition, such as a ticket and its messages."""
        return records.family(self.house.tables, self.shop_id, record_id, kinds)

    def page(
        self,
        index: int,
        name: str,
        *,
        limit: int,
        after: Item | None = None,
        backwards: bool = False,
        stretch: Stretch | None = None,
    ) -> Page:
        """One page of one of the lists in `docs/data.md`, or of a stretch of it."""
        return records.list_page(
            self.house.tables,
            self.shop_id,
            index=index,
            name=name,
            limit=limit,
            after=after,
            backwards=backwards,
            stretch=stretch,
        )

    def trail(
        self, subject: str, *, limit: int = 200, after: Item | None = None
    ) -> tuple[list[Event], Item | None]:
        """What happened to one subject, oldest first."""
        return events.trail(self.house.tables, self.shop_id, subject, limit=limit, after=after)

    def history(
        self, subject: str, *, limit: int, after: Item | None = None
    ) -> tuple[list[Event], Item | None]:
        """What happened to one subject, newest first."""
        return events.history(self.house.tables, self.shop_id, subject, limit=limit, after=after)

    def timeline(
        self, customer: str, *, limit: int = 100, after: Item | None = None
    ) -> tuple[list[Event], Item | None]:
        """What happened to one customer, newest first."""
        return events.timeline(self.house.tables, self.shop_id, customer, limit=limit, after=after)

    def take(self, bucket: str, *, limit: int, window: timedelta) -> bool:
        """Count one use of a public door; False when the bucket is empty."""
        return take(
            self.house.tables,
            f"{self.shop_id}#{bucket}",
            limit=limit,
            window=window,
            now=self.now(),
        )

    def commit(self, changes: Changes[T]) -> T:
        """Write everything a decision changes in one transaction and give its result.

        Raises Conflict (which `command` decides again), Replayed, LeaseLost or Busy.
        """
        envelope = Envelope(self.house.new_id("cmt"), self.now(), self.actor, self.correlation)
        try:
            store_commit.commit(
                self.house.tables, changes, envelope, receipts=self._receipts, run=self._run
            )
        except AlreadyHandled as error:
            self._check_same(error.receipt, error.receipt["id"])
            raise Replayed(error.receipt) from None
        self._receipts = self._unread = ()
        self._run = None
        self.house.forget(OPEN, self.shop_id)
        return changes.result

    def aside(self) -> "Desk":
        """A desk for a commit of its own: the request's receipts and the agenda run stay here."""
        return Desk(self.house, self.shop_id, actor=self.actor, correlation=self.correlation)

    def act_for(self, staff_id: str) -> None:
        """What is committed from here on is told as done by that member of the staff."""
        self.actor = Actor(kind=ActorKind.STAFF, id=staff_id)

    def start_over(self) -> None:
        """Forget what was read, so that the next read looks at the receipts again."""
        self._unread = self._receipts
        self._expected = self._if_match

    def _answer_from_receipts(self, found: dict[Key, Item]) -> None:
        for receipt in self._unread:
            item = found.get(receipt.key(self.house.tables))
            if item is not None and is_alive(item, self.now()):
                self._check_same(item, receipt.id)
                raise Replayed(item)
        self._unread = ()

    def _check_same(self, item: Item, receipt_id: str) -> None:
        hashes = {receipt.id: receipt.body_hash for receipt in self._receipts}
        if receipt_id in hashes and hashes[receipt_id] != item.get("body_hash"):
            raise KeyReused(
                "This Idempotency-Key was used for another request.", field="Idempotency-Key"
            )


def desk(
    house: House,
    shop_id: str,
    *,
    actor: Actor,
    correlation: str,
    idempotency: IdempotencyKey | None = None,
    if_match: int | None = None,
) -> Desk:
    """A desk for one request."""
    receipts = (idempotency.receipt(),) if idempotency else ()
    return Desk(
        house, shop_id, actor=actor, correlation=correlation, receipts=receipts, if_match=if_match
    )


def command(
    use_case: Callable[Concatenate[Desk, P], T],
) -> Callable[Concatenate[Desk, P], T]:
    """A use case that loads, decides and commits: on a conflict it does so again, for 3 seconds.

    Raises TryLater after that.
    """

    @wraps(use_case)
    def run(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause = 0.01
        while True:
            try:
                return use_case(desk, *args, **kwargs)
            except Conflict:
                if time.monotonic() + pause > deadline:
                    raise TryLater("Too many changes at once.", retry_after=1) from None
            except store_commit.Busy:
                raise TryLater("The store is busy.", retry_after=1) from None
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, 0.4)
            desk.start_over()

    return run
