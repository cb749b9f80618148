"""Holds every call that a function makes in a test against that function's role.

A plugin: whoever acts is known by the way in - the app, an event's handler, a runner, a drain of
the clock - and what the tests do to set something up is nobody's. A whole run of the suite also
fails when a role allows what no function did.
"""

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import astuple
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.roles import Grant, all_granted, granted
from tests.wishes import wishes

Functions = frozenset[str]

_acting: ContextVar[Functions] = ContextVar("acting", default=frozenset())
_used: set[Grant] = set()
_refused: list[str] = []


_patch = pytest.MonkeyPatch()


def pytest_sessionstart() -> None:
    """Before any test takes hold of a handler."""
    _patch.setattr(BaseClient, "_make_api_call", _seen(BaseClient._make_api_call))
    _know_who_acts(_patch)


@pytest.fixture(autouse=True)
def _within_their_roles() -> Iterator[None]:
    _refused.clear()
    yield
    assert _refused == []


def asked(service: str, operation: str, given: dict[str, Any]) -> None:
    """Hold a call against the roles of whoever acts. A stand-in for a client says so itself."""
    for function in _acting.get():
        for wish in wishes(service, operation, given):
            grant = granted(function, wish)
            if grant is None:
                _refused.append(f"{function} may not {wish.action} {wish.resource}")
            else:
                _used.add(grant)


@contextmanager
def by_another() -> Iterator[None]:
    """What happens in the middle of a function's work, but is not its own."""
    before = _acting.set(frozenset())
    try:
        yield
    finally:
        _acting.reset(before)


def _seen(call: Callable[..., Any]) -> Callable[..., Any]:
    def seen(self: Any, operation: str, given: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        asked(service, operation, given)
        try:
            return call(self, operation, given)
        except self.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                # Only who may list is told that something is not there, and not that it is
                # forbidden.
                asked(service, "ListObjectsV2", given)
            raise

    return seen


def _shop_read_anew(shop: Callable[..., Any]) -> Callable[..., Any]:
    """Likewise a shop's configuration."""

    def read(house: Any, shop_id: str) -> Any:
        asked("dynamodb", "BatchGetItem", {"RequestItems": {house.tables.records: {}}})
        return shop(house, shop_id)

    return read


def _read_anew(parameter: Callable[..., Any]) -> Callable[..., Any]:
    """A secret that another test's call left in the cache is asked for all the same."""

    def read(house: Any, name: str) -> Any:
        asked("ssm", "GetParameter", {"Name": f"{house.settings.parameter_prefix}/{name}"})
        return parameter(house, name)

    return read


def _object(bucket: str, key: str) -> dict[str, str]:
    return {"Bucket": bucket, "Key": key}


def _uploaded(bucket: str, place: Any) -> dict[str, str]:
    return {"Bucket": bucket, "Key": place.key}


def _signed(
    operation: str, sign: Callable[..., Any], of: Callable[..., dict[str, str]]
) -> Callable[..., Any]:
    """Whoever comes with what was signed may do what its signer may, and no more."""

    @functools.wraps(sign)
    def signed(*given: Any, **named: Any) -> Any:
        asked("s3", operation, of(*given))
        return sign(*given, **named)

    return signed


def _know_who_acts(patch: pytest.MonkeyPatch) -> None:
    from chalice.app import Chalice

    from chalicelib.domain.agenda import POST, WORK
    from chalicelib.handlers import mail_events, photo_events, streams
    from chalicelib.services import agenda, intake
    from chalicelib.services.house import House
    from chalicelib.services.runners import RUNNERS
    from chalicelib.store import photos as photo_store

    def by_lane(*given: Any, **named: Any) -> Functions:
        # Either of the two that drain a lane may run its entries.
        return frozenset({"SendDue", "SendNow"} if given[1].lane in POST else {"Tick", "RunNow"})

    def by_lanes(*given: Any, **named: Any) -> Functions:
        lanes = set(given[1])
        clocks = {"Tick": lanes & set(WORK), "SendDue": lanes & set(POST)}
        return frozenset(name for name, drained in clocks.items() if drained)

    patch.setattr(House, "parameter", _read_anew(House.parameter))
    patch.setattr(House, "shop", _shop_read_anew(House.shop))
    patch.setattr(agenda, "ThreadPoolExecutor", _SameActor)
    patch.setattr(photo_store, "address", _signed("GetObject", photo_store.address, _object))
    patch.setattr(photo_store, "form", _signed("PutObject", photo_store.form, _uploaded))
    for kind, runner in RUNNERS.items():
        patch.setitem(RUNNERS, kind, _as(by_lane, runner))
    patch.setattr(agenda, "tick", _as(by_lanes, agenda.tick))
    for owner, name, function in (
        (Chalice, "__call__", "APIHandler"),
        (intake, "drain", "Tick"),
        (streams, "run_now", "RunNow"),
        (streams, "send_now", "SendNow"),
        (streams, "publish", "Publish"),
        (mail_events, "mail_event", "MailEvent"),
        (mail_events, "inbound_mail", "InboundMail"),
        (photo_events, "photos", "Photos"),
    ):
        it = frozenset({function})
        patch.setattr(owner, name, _as(lambda *_, it=it, **__: it, getattr(owner, name)))


def _as(who: Callable[..., Functions], work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def acting(*given: Any, **named: Any) -> Any:
        before = _acting.set(who(*given, **named))
        try:
            return work(*given, **named)
        finally:
            _acting.reset(before)

    return acting


class _SameActor(ThreadPoolExecutor):
    """Works as whoever asked for it."""

    def submit(self, fn: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        return super().submit(copy_context().run, fn, *given, **named)


def pytest_sessionfinish(session: pytest.Session) -> None:
    _patch.undo()
    reported = getattr(session.config, "workeroutput", None)
    if reported is not None:
        reported["used_grants"] = [astuple(grant) for grant in _used]
    elif session.exitstatus == pytest.ExitCode.OK and _is_whole(session.config) and _unused():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Learn what was used in another process of the same run."""
    _used.update(
        Grant(*grant) for grant in getattr(node, "workeroutput", {}).get("used_grants", ())
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for grant in _unused() if _is_whole(config) else ():
        terminalreporter.write_line(
            f"{grant.function} was allowed {grant.action} on {grant.resource}, and no test saw it"
        )


def _is_whole(config: pytest.Config) -> bool:
    chosen = ("keyword", "markexpr", "lf", "deselect", "ignore", "ignore_glob", "maxfail")
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(
        config.getoption(name, None) for name in chosen
    )


def _unused() -> list[Grant]:
    return sorted(all_granted() - _used)
