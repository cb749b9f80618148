"""Lost answers, conflicts and a busy table: asked again under the same token, decided again, and
in the end said plainly."""

import time
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.services import desk as desks
from chalicelib.services.desk import TryLater
from chalicelib.store import commit
from chalicelib.store.clients import client
from tests.contract.jars import a_jar, add_sweet, stored, told_of
from tests.contract.test_idempotency import desk_with
from tests.people import desk_of

pytestmark = pytest.mark.usefixtures("ministack")

Send: TypeAlias = Callable[..., Any]
Fate: TypeAlias = Callable[[Send, dict[str, Any]], Any]


class Wire:
    """The way to the table: transactions meet the given fates one after the other, then go
    through. Remembers the token of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tokens: list[str] = []
        self._send: Send = client("dynamodb").transact_write_items
        self._fates: list[Fate] = []
        self._always: Fate | None = None
        monkeypatch.setattr(client("dynamodb"), "transact_write_items", self._through)

    def meets(self, *fates: Fate) -> None:
        self._fates = list(fates)

    def always_meets(self, fate: Fate) -> None:
        self._always = fate

    def _through(self, **request: Any) -> Any:
        self.tokens.append(request["ClientRequestToken"])
        fate = self._fates.pop(0) if self._fates else self._always
        return fate(self._send, request) if fate else self._send(**request)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (desks, commit):
        monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.3)


def loses_the_answer(send: Send, request: dict[str, Any]) -> None:
    send(**request)
    raise ReadTimeoutError(endpoint_url="https://dynamodb.example")


def forgets_the_token(send: Send, request: dict[str, Any]) -> Any:
    """As DynamoDB does ten minutes after the first."""
    return send(**request | {"ClientRequestToken": f"{request['ClientRequestToken'][:-1]}-"})


def conflicts(send: Send, request: dict[str, Any]) -> None:
    actions = len(request["TransactItems"])
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in range(actions - 1))]
    raise refused("TransactionCanceledException", CancellationReasons=reasons)


def is_throttled(send: Send, request: dict[str, Any]) -> None:
    raise refused("ThrottlingException")


def refused(code: str, **more: Any) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 400}, **more}
    return ClientError(answer, "TransactWriteItems")


def test_a_lost_answer_is_asked_for_again_under_its_token(wire: Wire) -> None:
    jar = a_jar()
    wire.tokens.clear()
    wire.meets(loses_the_answer, loses_the_answer)

    added = add_sweet(desk_of(), jar.id)

    assert len(wire.tokens) == 3
    assert len(set(wire.tokens)) == 1
    assert (added.sweets, stored(jar).sweets, told_of(jar)) == (1, 1, [1])


def test_what_the_table_took_is_known_by_our_own_receipt(wire: Wire) -> None:
    jar = a_jar()
    wire.meets(loses_the_answer, forgets_the_token)

    added = add_sweet(desk_with("k"), jar.id)

    assert (added.sweets, stored(jar).sweets, told_of(jar)) == (1, 1, [1])


def test_a_conflict_is_decided_again_with_a_commit_of_its_own(wire: Wire) -> None:
    jar = a_jar()
    wire.tokens.clear()
    wire.meets(conflicts, conflicts, conflicts)

    added = add_sweet(desk_of(), jar.id)

    assert len(set(wire.tokens)) == 4
    assert (added.sweets, told_of(jar)) == (1, [1])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fate", [conflicts, is_throttled])
def test_who_cannot_get_through_is_told_so_in_time_and_nothing_is_done(
    wire: Wire, fate: Fate
) -> None:
    jar = a_jar()
    wire.always_meets(fate)
    started = time.monotonic()

    with pytest.raises(TryLater) as told:
        add_sweet(desk_with("k"), jar.id)

    assert time.monotonic() - started < 1
    assert len(wire.tokens) > 2
    assert told.value.facts == {"retry_after": 1}
    assert (stored(jar).sweets, told_of(jar)) == (0, [])


@pytest.mark.usefixtures("impatient")
def test_the_same_request_goes_through_once_the_table_has_time_again(wire: Wire) -> None:
    jar = a_jar()
    wire.always_meets(loses_the_answer)
    with pytest.raises(TryLater):
        add_sweet(desk_with("k"), jar.id)

    wire.always_meets(lambda send, request: send(**request))
    with pytest.raises(desks.Replayed) as again:
        add_sweet(desk_with("k"), jar.id)

    assert again.value.resource_id == jar.id
    assert (stored(jar).sweets, told_of(jar)) == (1, [1])
