"""The way to the table, where answers get lost and transactions meet others."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.store.clients import client

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


def comes_after(act: Callable[[], object]) -> Fate:
    """Somebody else is quicker: what was decided is sent when they are done."""

    def overtaken(send: Send, request: dict[str, Any]) -> Any:
        act()
        return send(**request)

    return overtaken


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
