"""AWS in this process: ministack's application answers every call, and none leaves.

A call costs a tenth of what it costs over HTTP, and every single one can be made to fail on its
way (`network.py`).
"""

import asyncio
import copy
import io
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import boto3
import pytest
import time_machine
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.retries.quota import RetryQuota

from chalicelib.notify import carriers
from local import resources
from local.emulator import aws_environment
from local.notices import fresh_signer
from tests.stage import PARAMETERS, forget_process_state

BEGINNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday morning, when every world begins. What the stories tell happened before it."""

with time_machine.travel(BEGINNING, tick=False):
    SNS = fresh_signer()
"""Whose notifications are believed, from the beginning on."""

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this machine: what should slip past the hook reaches nobody."""

with pytest.MonkeyPatch.context() as quiet:
    # Read at the import, and by our own logger whenever it is made.
    quiet.setenv("LOG_LEVEL", "ERROR")
    from ministack.app import app
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
    from ministack.services import dynamodb, s3, ses_v2, sns, ssm

Store: TypeAlias = AccountScopedDict | AccountRegionScopedDict


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way to AWS; the client's own retries are calls of their own."""

    service: str
    operation: str
    request: AWSPreparedRequest

    @property
    def body(self) -> bytes:
        body = self.request.body
        if hasattr(body, "read"):
            body.seek(0)
            body = body.read()
        return body.encode() if isinstance(body, str) else bytes(body or b"")


_PARAMETERS = PARAMETERS | {"NoticeCertificate": SNS.certificate}

Carrier: TypeAlias = Callable[[Call], AWSResponse]


class Cloud:
    """Everything AWS keeps, and who carries calls to it: at first straight to the answer."""

    def __init__(self) -> None:
        self.carry: Carrier = self.answer
        self._loop = asyncio.new_event_loop()
        self._quotas: list[RetryQuota] = []
        self._kept: list[tuple[Store, dict[Any, Any]]] = []

    def answer(self, call: Call) -> AWSResponse:
        """What AWS says to a call that reached it."""
        url = urlsplit(call.request.url)
        headers = [(b"host", url.netloc.encode())]
        headers += [(k.lower().encode(), _bytes(v)) for k, v in call.request.headers.items()]
        return self._ask(call.request.method, url.path, url.query, headers, call.body)

    def remember(self) -> None:
        """Keep what there is, for `start_over`."""
        self._kept = [(store, copy.deepcopy(store._data)) for store in _stores()]

    def start_over(self) -> None:
        """Be again as `remember` found it. A tenth of the price of building it anew."""
        for store, kept in self._kept:
            store._data = copy.deepcopy(kept)

    def refill_quotas(self) -> None:
        """Let clients retry as new ones may: each has a quota for its retries, kept over calls."""
        for one in self._quotas:
            one.release(RetryQuota.INITIAL_CAPACITY)

    def forget(self) -> None:
        for store in _stores():
            store.clear()

    def on_send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
        """botocore's hook: what it returns is the answer, what it raises the network did."""
        _, service, operation = event_name.split(".")
        return self.carry(Call(service, operation, request))

    def new_quota(self) -> RetryQuota:
        self._quotas.append(RetryQuota())
        return self._quotas[-1]

    def _ask(
        self, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> AWSResponse:
        said: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(part: dict[str, object]) -> None:
            said.append(part)

        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
        }
        self._loop.run_until_complete(app(scope, receive, send))
        return response(
            said[0]["status"],
            {k.decode(): v.decode() for k, v in said[0]["headers"]},
            b"".join(part.get("body", b"") for part in said[1:]),
        )

    def close(self) -> None:
        self._loop.close()


@contextmanager
def in_process() -> Generator[Cloud]:
    """Every client made meanwhile talks to this cloud, which holds what deployment builds; the
    environment names it as it does for the functions."""
    cloud = Cloud()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environment(NOWHERE).items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register("before-send", cloud.on_send)
        patch.setattr("botocore.retries.quota.RetryQuota", cloud.new_quota)
        carriers._patient_once.cache_clear()
        forget_process_state()
        for name, value in resources.build("aftercare", _PARAMETERS).items():
            patch.setenv(name, value)
        forget_process_state()
        cloud.remember()
        yield cloud
        cloud.forget()
    cloud.close()
    carriers._patient_once.cache_clear()
    forget_process_state()


def _stores() -> Iterator[Store]:
    """Where ministack keeps what it is told."""
    for module in (dynamodb, s3, ses_v2, sns, ssm):
        for value in vars(module).values():
            if isinstance(value, Store):
                yield value


def response(status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    return AWSResponse(NOWHERE, status, headers, _Raw(body))


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
