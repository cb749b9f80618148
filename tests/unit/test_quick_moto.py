"""Moto made quick does what moto does: what is refused leaves everything as it was."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

KEYS = {"pk": {"S": "shop"}, "sk": {"S": "one"}}
SCHEMA = {"pk": "HASH", "sk": "RANGE"}


@pytest.fixture(params=[["pk", "sk"], ["pk"]], ids=["hash and range", "hash"])
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    """One with a stream, and how its items are known."""
    names: list[str] = request.param
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName="records",
            KeySchema=[{"AttributeName": name, "KeyType": SCHEMA[name]} for name in names],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        yield dynamodb, {name: KEYS[name] for name in names}


def test_a_refused_transaction_leaves_everything_as_it_was(table: Any) -> None:
    dynamodb, key = table
    others = [{**key, "pk": {"S": name}} for name in ("deleted", "put", "missing")]
    deleted, put, missing = others
    for item in (key, deleted):
        dynamodb.put_item(TableName="records", Item={**item, "in": {"M": {"n": {"N": "1"}}}})
    before = dynamodb.scan(TableName="records")["Items"]
    check = {"ConditionExpression": "attribute_exists(pk)"}

    def write(number: str, *last: dict[str, Any]) -> None:
        update = {
            "UpdateExpression": "SET #in.n = :new, more = :new",
            "ExpressionAttributeNames": {"#in": "in"},
            "ExpressionAttributeValues": {":new": {"N": number}},
        }
        writes = [
            {"Update": {"TableName": "records", "Key": key, **update}},
            {"Put": {"TableName": "records", "Item": put}},
            {"Delete": {"TableName": "records", "Key": deleted}},
        ]
        dynamodb.transact_write_items(TransactItems=[*writes, *last])

    with pytest.raises(ClientError) as refused:
        write("2", {"ConditionCheck": {"TableName": "records", "Key": missing, **check}})
    assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert dynamodb.scan(TableName="records")["Items"] == before
    assert streamed() == 2

    write("3")
    assert streamed() == 5
    after = dynamodb.scan(TableName="records")["Items"]
    assert {one["pk"]["S"] for one in after} == {"shop", "put"}
    assert dynamodb.get_item(TableName="records", Key=key)["Item"] == {
        **key,
        "in": {"M": {"n": {"N": "3"}}},
        "more": {"N": "3"},
    }


def streamed() -> int:
    """How many changes the stream tells."""
    streams = boto3.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName="records")["Streams"]
    [shard] = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    place = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"],
        ShardId=shard["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )
    return len(streams.get_records(ShardIterator=place["ShardIterator"])["Records"])


@pytest.mark.parametrize(("letters", "is_kept"), [(200_000, True), (203_000, False)])
def test_an_item_has_its_greatest_size(table: Any, letters: int, is_kept: bool) -> None:  # noqa: FBT001
    dynamodb, key = table
    text = {"S": "a" * letters}
    item = {**key, "one": text, "map": {"M": {"other": text}}}

    if is_kept:
        dynamodb.put_item(TableName="records", Item=item)
    else:
        with pytest.raises(ClientError, match="Item size has exceeded"):
            dynamodb.put_item(TableName="records", Item=item)

    assert ("Item" in dynamodb.get_item(TableName="records", Key=key)) is is_kept
