"""The template as it goes to AWS, and what it holds, by kind."""

from functools import cache
from typing import Any

from deploy.template import template


@cache
def the_template() -> dict[str, Any]:
    """As it is for a stage that works on its own tables."""
    return of_own_tables(template("prod", "arm64", "code.zip"))


def of_own_tables(part: Any) -> Any:
    """Without what is chosen once tables were restored."""
    match part:
        case {"Fn::If": ["Restored", _, own]}:
            return own
        case dict():
            return {name: of_own_tables(inner) for name, inner in part.items()}
        case list():
            return [of_own_tables(inner) for inner in part]
        case _:
            return part


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of each resource of a type, by its name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in the_template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    return of_type("AWS::Serverless::Function")


def figure(size: str, name: str) -> int:
    """What is chosen of a map by the stage's size."""
    return the_template()["Mappings"]["Sizes"][size][name]


def statements(function: str) -> list[dict[str, Any]]:
    """What a function's role allows it."""
    role = of_type("AWS::IAM::Role")[functions()[function]["Role"]["Fn::GetAtt"][0]]
    return [
        statement
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
