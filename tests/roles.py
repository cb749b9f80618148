"""A function's role, asked as AWS asks it: may it do this to that?

Resources are compared by the names they have in the template, so that no account, region or
table name matters: `RecordsTable.Arn/index/list1`.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from deploy.grants import GRANTS
from local.resources import template

_TOPICS = {
    name
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::SNS::Topic"
}
ACCOUNT = "AWS::Region:AWS::AccountId"


@dataclass(frozen=True, slots=True)
class Wish:
    """One action on one resource, with what else AWS knows of the request."""

    action: str
    resource: str
    facts: dict[str, str] = field(default_factory=dict[str, str], hash=False)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource, as a function's role allows it."""

    function: str
    action: str
    resource: str


def granted(function: str, wish: Wish) -> Grant | None:
    """What allows it; None if nothing does."""
    for statement in GRANTS[function]:
        if wish.action in statement["Action"] and _holds(statement, wish):
            for pattern in _named(statement):
                if fnmatchcase(wish.resource, pattern) != ("NotResource" in statement):
                    return Grant(function, wish.action, pattern)
    return None


def all_granted() -> set[Grant]:
    return {
        Grant(function, action, resource)
        for function, statements in GRANTS.items()
        for statement in statements
        for action in statement["Action"]
        for resource in _named(statement)
    }


def _holds(statement: dict[str, Any], wish: Wish) -> bool:
    conditions: dict[str, Any] = statement.get("Condition", {})
    assert set(conditions) <= {"StringLike"}, "another kind of condition than is compared here"
    return all(
        fnmatchcase(wish.facts.get(key, ""), _text(pattern))
        for key, pattern in conditions.get("StringLike", {}).items()
    )


def _named(statement: dict[str, Any]) -> list[str]:
    return [_text(one) for one in statement.get("Resource") or statement["NotResource"]]


def _text(value: Any) -> str:
    match value:
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", r"\1", text)
        case {"Ref": name}:
            return topic(name) if name in _TOPICS else name
        case _:
            return str(value)


def topic(name: str) -> str:
    """A topic of the template, by its name there."""
    return f"arn:AWS::Partition:sns:{ACCOUNT}:{name}"
