"""Fixtures for tests that moto cannot carry: races, tokens, paging, capacity and streams.

The same tests run on a real account with `AWS_CONTRACT=1`: credentials and region are then
the environment's own, and each test's tables are deleted when it ends.
"""

import os
import secrets
from collections.abc import Iterator

import pytest

from local import resources
from local.emulator import Emulator, aws_environment
from tests.stage import PARAMETERS, forget_process_state

ON_AWS = os.environ.get("AWS_CONTRACT") == "1"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator | None]:
    """The session's emulator on a free loopback port; None on a real account."""
    if ON_AWS:
        yield None
        return
    with Emulator(tmp_path_factory.mktemp("emulator") / "log") as running:
        yield running


@pytest.fixture
def ministack(
    emulator: Emulator | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Fresh tables, topics and bucket of this test alone; gives their names as the environment
    that settings read."""
    from chalicelib.services import keys
    from chalicelib.services.house import house

    if emulator is not None:
        for name, value in aws_environment(emulator.endpoint).items():
            monkeypatch.setenv(name, value)
    forget_process_state()
    prefix = f"aftercare-test-{secrets.token_hex(4)}"
    certificate = emulator.notice_certificate if emulator is not None else ""
    environment = resources.build(
        prefix, {**PARAMETERS, "Stage": prefix, "NoticeCertificate": certificate}
    )
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if not ON_AWS:
        _keep_what_expires(environment)
    keys.ensure(house())
    yield environment
    if ON_AWS:
        resources.remove(environment)
    forget_process_state()


def _keep_what_expires(environment: dict[str, str]) -> None:
    """The emulator deletes once a minute what expired by real time; the tests' own clocks stand at
    days that are long over."""
    from chalicelib.store.clients import client

    for table in ("AFTERCARE_AGENDA_TABLE", "AFTERCARE_RECEIPTS_TABLE"):
        client("dynamodb").update_time_to_live(
            TableName=environment[table],
            TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
        )
