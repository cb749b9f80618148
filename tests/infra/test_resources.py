"""The one definition: what must hold of every table, every function's rights and every name."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.settings import Settings
from local.resources import template

CHALICE = Path(__file__).resolve().parents[2] / ".chalice"
TABLES = {
    name: resource
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::DynamoDB::Table"
}
POLICIES = sorted(CHALICE.glob("policy-*.json"))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_survives_mistakes_and_costs_nothing_while_idle(name: str) -> None:
    table = TABLES[name]

    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"]
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["Properties"]["SSESpecification"]["SSEEnabled"]
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_claiming_what_is_due_writes_to_no_index() -> None:
    indexes = TABLES["AgendaTable"]["Properties"]["GlobalSecondaryIndexes"]
    held = {one for index in indexes for one in index["Projection"].get("NonKeyAttributes", ())}

    assert held.isdisjoint({"lease", "lease_until", "attempts", "run_now"})


def test_nothing_is_named_so_that_stages_and_restores_stand_side_by_side() -> None:
    named = [
        name
        for name, resource in template()["Resources"].items()
        if {"TableName", "TopicName", "BucketName"} & resource.get("Properties", {}).keys()
    ]

    assert named == []


def test_every_function_learns_every_name_from_the_template() -> None:
    given = set(template()["Globals"]["Function"]["Environment"]["Variables"])
    asked = {f"AFTERCARE_{name.upper()}" for name in Settings.model_fields}

    assert asked - given <= {"AFTERCARE_MAX_BODY_BYTES"}
    assert given <= asked


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_function_may_do_named_things_to_named_resources(policy: Path) -> None:
    statements: list[dict[str, Any]] = json.loads(policy.read_text())["Statement"]
    actions = [action for statement in statements for action in statement["Action"]]
    resources = [part for statement in statements for part in statement.get("Resource", [])]

    assert not [action for action in actions if "*" in action]
    assert "*" not in resources
    assert "dynamodb:Scan" not in actions


def test_every_function_has_a_policy_of_its_own() -> None:
    config = json.loads((CHALICE / "config.json").read_text())
    files = [config["iam_policy_file"]] + [
        function["iam_policy_file"] for function in config["lambda_functions"].values()
    ]

    assert sorted(files) == [path.name for path in POLICIES]
    assert config["autogen_policy"] is False
