"""What the last release made of the tables, and what the next may change of it.

DynamoDB makes or drops one index of a table at a time, and CloudFormation replaces a table, empty,
whose key changes.
"""

import json
from typing import Any, TypeAlias

from deploy.functions import Template
from local.state import ROOT

Tables: TypeAlias = dict[str, dict[str, Any]]

RELEASED = ROOT / ".chalice" / "released.json"


class Refused(Exception):
    """A change of tables that one deployment cannot make."""


def tables_of(template: Template) -> Tables:
    """The key and the indexes of each table of a template."""
    return {
        name: {
            "key": resource["Properties"]["KeySchema"],
            "indexes": {
                index["IndexName"]: {part: index[part] for part in ("KeySchema", "Projection")}
                for index in resource["Properties"].get("GlobalSecondaryIndexes", ())
            },
        }
        for name, resource in sorted(template["Resources"].items())
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


def last() -> Tables:
    """The tables of the last release; none before the first."""
    return json.loads(RELEASED.read_text())


def write_down(tables: Tables) -> None:
    """These tables are released: the next release is compared with them."""
    RELEASED.write_text(json.dumps(tables, indent=2) + "\n")


def check(tables: Tables, released: Tables) -> None:
    """Raises Refused if a table is gone or has another key, or if more than one index is made or
    dropped; another projection is both. A new table may have as many as it likes."""
    changes: list[str] = []
    for name, before in released.items():
        after = tables.get(name)
        if after is None or after["key"] != before["key"]:
            raise Refused(f"{name} would be replaced by an empty table: name a new one instead.")
        changes += [f"{name} {change}" for change in _changes(before["indexes"], after["indexes"])]
    if len(changes) > 1:
        raise Refused(
            f"One index can change in a release, and here do {len(changes)}: {'; '.join(changes)}."
        )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    dropped = [f"drops {name}" for name, index in before.items() if after.get(name) != index]
    return dropped + [f"makes {name}" for name, index in after.items() if before.get(name) != index]
