"""What happened. One schema, versioned, without personal data or free text."""

from enum import StrEnum
from typing import Any, ClassVar

from chalicelib.domain.records import Moment, Value

_FACTS: dict[str, type["Fact"]] = {}


class ActorKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    SHOP = "shop"
    CLOCK = "clock"
    SYSTEM = "system"


class Actor(Value):
    """Who did it: a kind and, where there is one, an id. Never a name or an address."""

    kind: ActorKind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)


class Fact(Value):
    """A typed payload of an event: ids, codes, counts, minutes, minor units. Each subclass
    names its `type` once; names and free text have no place in it."""

    type: ClassVar[str]
    schema_number: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            _FACTS[cls.type] = cls


class Event(Value):
    """One fact about one subject, as stored, published and read back.

    `version` is the subject's version that the fact came with and `ordinal` its place in that
    commit; together with the subject they are its order, and what it is known by among the events
    that are kept. Among those that were published, `at` belongs to it as well: after a restore to
    an earlier time a version comes again with something else.
    """

    shop: str
    subject: str
    subject_kind: str
    version: int
    ordinal: int
    type: str
    schema_number: int
    at: Moment
    actor: str
    customer: str | None = None
    correlation: str = ""
    data: dict[str, Any] = {}

    @property
    def id(self) -> str:
        return f"{self.subject}.{self.version}.{self.ordinal}"

    def fact(self) -> "Fact | None":
        """The payload as its type; None for a type this release does not know."""
        known = _FACTS.get(self.type)
        return known.model_validate(self.data) if known else None


def fact_types() -> dict[str, type[Fact]]:
    """Every type of event there is, by name."""
    return dict(sorted(_FACTS.items()))
