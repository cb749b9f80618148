"""Packaging refuses what one deployment cannot make of the tables of the last release."""

from copy import deepcopy
from typing import Any

import pytest

from deploy import packing, released
from deploy.released import Refused, Tables, check, tables_of
from local.resources import template

TABLES = tables_of(template())


def _with(table: str, **indexes: dict[str, Any] | None) -> Tables:
    """The tables as they are, with these indexes, and without those that are None."""
    changed = deepcopy(TABLES)
    changed[table]["indexes"] = {
        name: index
        for name, index in {**changed[table]["indexes"], **indexes}.items()
        if index is not None
    }
    return changed


AN_INDEX = TABLES["RecordsTable"]["indexes"]["list1"]
NO_DUE = {"AgendaTable": {**TABLES["AgendaTable"], "indexes": {}}}
OTHER_PROJECTION = {**AN_INDEX, "Projection": {"ProjectionType": "KEYS_ONLY"}}


@pytest.mark.parametrize(
    "changed",
    [
        TABLES,
        _with("RecordsTable", list5=AN_INDEX),
        _with("RecordsTable", list4=None),
        {**TABLES, "NewTable": _with("RecordsTable", list5=AN_INDEX)["RecordsTable"]},
    ],
    ids=["nothing", "one more", "one less", "a new table with five"],
)
def test_one_index_may_change_in_a_release(changed: Tables) -> None:
    check(changed, TABLES)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (_with("RecordsTable", list5=AN_INDEX, list6=AN_INDEX), "makes list5"),
        (_with("RecordsTable", list4=None, list5=AN_INDEX), "drops list4"),
        (_with("RecordsTable", list1=OTHER_PROJECTION), "makes list1"),
        (_with("RecordsTable", list3=None, list4=None), "drops list3"),
        (_with("EventsTable", hour=None) | NO_DUE, "AgendaTable drops due"),
    ],
    ids=["two more", "one for another", "another projection", "two less", "in two tables"],
)
def test_two_may_not(changed: Tables, said: str) -> None:
    with pytest.raises(Refused, match=said):
        check(changed, TABLES)


def test_what_an_index_projects_belongs_to_it() -> None:
    changed = deepcopy(template())
    index = changed["Resources"]["RecordsTable"]["Properties"]["GlobalSecondaryIndexes"][0]
    index["Projection"] = {"ProjectionType": "KEYS_ONLY"}

    with pytest.raises(Refused, match="drops list1; RecordsTable makes list1"):
        check(tables_of(changed), TABLES)


def test_a_table_keeps_its_key() -> None:
    changed = deepcopy(TABLES)
    changed["ReceiptsTable"]["key"] = changed["RecordsTable"]["key"]

    with pytest.raises(Refused, match="ReceiptsTable would be replaced"):
        check(changed, TABLES)


def test_a_table_stays() -> None:
    with pytest.raises(Refused, match="EventsTable would be replaced"):
        check({name: table for name, table in TABLES.items() if name != "EventsTable"}, TABLES)


def test_packaging_compares_with_the_last_release(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(released, "RELEASED", tmp_path / "released.json")
    released.write_down(_with("RecordsTable", list1=None, list2=None))

    with pytest.raises(Refused, match="makes list1; RecordsTable makes list2"):
        packing.package("prod", "arm64", tmp_path)

    assert not (tmp_path / "code.zip").exists()


def test_this_checkout_can_follow_the_last_release() -> None:
    check(TABLES, released.last())
