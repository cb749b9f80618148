"""What the contract tests share: a shop, and what an agenda entry does."""

from collections.abc import Iterator

import pytest

from chalicelib.domain.shops import Configuration
from chalicelib.services import desk as desks
from chalicelib.services import shops
from chalicelib.services.runners import RUNNERS
from chalicelib.store import commit
from tests.cases import NOON
from tests.clocks import Clock, standing_at
from tests.contract.entries import KIND, Runs
from tests.contract.wire import Wire
from tests.people import desk_of


@pytest.fixture
def acme(ministack: object) -> Iterator[Clock]:
    """The shop `acme`, at noon of a working day; gives its clock."""
    with standing_at(NOON) as clock:
        shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
        yield clock


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Says what an entry does when it runs."""
    return lambda runner: monkeypatch.setitem(RUNNERS, KIND, runner)


@pytest.fixture
def ran(runs: Runs) -> list[str]:
    """The subjects of what has run."""
    subjects: list[str] = []
    runs(lambda _, one: subjects.append(one.subject))
    return subjects


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked to come back because the machine is slow."""
    _wait_for(monkeypatch, 30.0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does not get through within a second is asked to come back."""
    _wait_for(monkeypatch, 1.0)


@pytest.fixture
def wire(ministack: object, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def _wait_for(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for module in (desks, commit):
        monkeypatch.setattr(module, "PATIENCE_SECONDS", seconds)
