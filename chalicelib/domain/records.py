"""How things stand: the base of everything kept in the `records` table."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a zone says nothing")
    return value


Moment: TypeAlias = Annotated[datetime, AfterValidator(_aware)]
"""A moment in UTC; a naive datetime is refused."""


class Value(BaseModel):
    """A part of a record: compared by content, never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Record(BaseModel):
    """One thing a shop keeps, with the version that its next write is conditional on.

    A record made by a rule has the version it *will* have: 1 when new, one more than what is
    stored when changed. What is stored is remembered apart, so changing twice in one command
    is still one new version. Attributes this release does not know survive a write.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    kind: ClassVar[str]
    prefix: ClassVar[str]
    schema_number: ClassVar[int] = 1
    guarded: ClassVar[bool] = False
    """True for a part whose parent's version guards it: written in the parent's transactions
    alone, without a condition of its own."""

    shop: str
    id: str
    version: int = 1

    _stored: int = PrivateAttr(default=0)
    _unknown: dict[str, Any] = PrivateAttr(default_factory=dict[str, Any])

    @property
    def part_of(self) -> str | None:
        """The id of the record this one lies beside, such as a message's ticket."""
        return None

    @property
    def about(self) -> str | None:
        """The id of the customer this record is about, if it is about one."""
        return getattr(self, "customer_id", None)

    @property
    def stored_version(self) -> int:
        """0 while it was never stored."""
        return self._stored

    def but(self, **changes: Any) -> Self:
        """The same record with some fields changed, one version on.

        Raises AttributeError for a field the record does not have.
        """
        unknown = changes.keys() - type(self).model_fields.keys()
        if unknown:
            raise AttributeError(f"{self.kind} has no {', '.join(sorted(unknown))}")
        return self.model_copy(update={**changes, "version": self._stored + 1})

    def mark_stored(self, version: int, unknown: dict[str, Any] | None = None) -> Self:
        """Remember what the table holds now; called by the store alone."""
        self._stored = version
        if unknown is not None:
            self._unknown = unknown
        return self

    @property
    def unknown(self) -> dict[str, Any]:
        """What the stored item held beyond this release's fields."""
        return self._unknown


def build_models() -> None:
    """Build every model there is, before threads start.

    Models are built when they are first used, so that starting stays quick. While one thread
    builds a model, another would take it for its parent and lose its fields.
    """
    waiting: list[type[BaseModel]] = [BaseModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            if not model.__pydantic_complete__:
                model.model_rebuild()
            waiting.append(model)
