"""The one definition: what must hold of every table and every name."""

import pytest

from chalicelib.settings import Settings
from local.resources import template

TABLES = {
    name: resource
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::DynamoDB::Table"
}


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


@pytest.mark.parametrize("topic", ["MailTopic", "InboundTopic", "PhotosTopic"])
def test_what_functions_hear_is_signed_with_sha256(topic: str) -> None:
    assert template()["Resources"][topic]["Properties"] == {"SignatureVersion": "2"}
