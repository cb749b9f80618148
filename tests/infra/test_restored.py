"""A stage goes over to restored tables by parameters alone: nothing else in it names its own."""

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.store.tables import TABLES
from deploy.template import template

OWN = tuple(f"{name.title()}Table" for name in TABLES)


def restored(part: Any) -> Any:
    """The part as it is once tables were restored."""
    match part:
        case {"Fn::If": ["Restored", chosen, _]}:
            return chosen
        case dict():
            return {name: restored(inner) for name, inner in part.items()}
        case list():
            return [restored(inner) for inner in part]
        case _:
            return part


def references(part: Any) -> Iterator[str]:
    match part:
        case {"Ref": str() as named} | {"Fn::GetAtt": [str() as named, _]}:
            yield named
        case {"Fn::Sub": str() as text}:
            yield from re.findall(r"\$\{(\w+)", text)
        case dict():
            for inner in part.values():
                yield from references(inner)
        case list():
            for inner in part:
                yield from references(inner)
        case _:
            pass


def test_once_restored_nothing_names_the_stages_own_tables() -> None:
    made = restored(template("prod", "arm64", "code.zip"))
    own = {name: made["Resources"].pop(name) for name in OWN}
    named = list(references(made))

    assert not set(own) & set(named)
    assert named.count("RestoredAgendaStream") == 2 * 2, "read by two, as their roles allow"
    assert {one["DeletionPolicy"] for one in own.values()} == {"Retain"}


def test_all_that_may_be_restored_has_a_parameter() -> None:
    parameters = template("prod", "arm64", "code.zip")["Parameters"]

    assert {name for name in parameters if name.startswith("Restored")} == {
        "RestoredRecords", "RestoredEvents", "RestoredAgenda", "RestoredReceipts",
        "RestoredEventsStream", "RestoredAgendaStream",
    }  # fmt: skip
