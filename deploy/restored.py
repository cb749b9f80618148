"""A stage may work on tables that were restored to an earlier time, instead of its own: parameters
name them, so that going over to them is an update of the stack with the template that it has."""

from typing import Any

from chalicelib.store.tables import TABLES
from deploy.functions import Template

CONDITION = "Restored"
NONE = "none"
_OWN = {f"{name.title()}Table": f"Restored{name.title()}" for name in TABLES}
_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table"


def let_replace(template: Template) -> None:
    """Let parameters replace all four tables wherever the template names them."""
    streams = [name for name in TABLES if "StreamSpecification" in _table(template, name)]
    template["Parameters"] |= {
        f"Restored{part}": {
            "Type": "String",
            "Default": NONE,
            "Description": f"From `restore begin`: the {what}; `none`: the stage's own.",
        }
        for part, what in (
            *((name.title(), f"{name} table") for name in TABLES),
            *(
                (f"{name.title()}Stream", f"label of the stream of the {name} table")
                for name in streams
            ),
        )
    }
    named = {"Fn::Not": [{"Fn::Equals": [{"Ref": f"Restored{TABLES[0].title()}"}, NONE]}]}
    template.setdefault("Conditions", {})[CONDITION] = named
    for part in ("Globals", "Resources", "Outputs"):
        template[part] = _replaced(template[part])


def _table(template: Template, name: str) -> dict[str, Any]:
    return template["Resources"][f"{name.title()}Table"]["Properties"]


def _replaced(part: Any) -> Any:
    match part:
        case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::Sub": str()}:
            other = _of_restored(part)
            return part if other == part else {"Fn::If": [CONDITION, other, part]}
        case dict():
            return {name: _replaced(inner) for name, inner in part.items()}
        case list():
            return [_replaced(inner) for inner in part]
        case _:
            return part


def _of_restored(part: dict[str, Any]) -> dict[str, Any]:
    """What names one of the tables, for the table that replaces it."""
    match part:
        case {"Ref": str() as own} if own in _OWN:
            return {"Ref": _OWN[own]}
        case {"Fn::GetAtt": [own, "Arn"]} if own in _OWN:
            return {"Fn::Sub": f"{_ARN}/${{{_OWN[own]}}}"}
        case {"Fn::GetAtt": [own, "StreamArn"]} if own in _OWN:
            return {"Fn::Sub": f"{_ARN}/${{{_OWN[own]}}}/stream/${{{_OWN[own]}Stream}}"}
        case {"Fn::Sub": str() as text}:
            for own, restored in _OWN.items():
                text = text.replace(f"${{{own}.Arn}}", f"{_ARN}/${{{restored}}}")
                text = text.replace(f"${{{own}}}", f"${{{restored}}}")
            return {"Fn::Sub": text}
        case _:
            return part
