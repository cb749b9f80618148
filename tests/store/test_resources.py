"""What tests on a real account make is theirs alone, and gone when they end."""

from collections.abc import Iterator

import pytest

from chalicelib.services.house import house
from chalicelib.store.clients import client
from local import resources
from tests.stage import PARAMETERS


def test_what_was_built_is_removed_with_all_that_was_put_into_it(aws: dict[str, str]) -> None:
    house().put_parameter("shops/acme", {"secret": "s"})
    for body in (b"one", b"two"):
        client("s3").put_object(Bucket=aws["AFTERCARE_INBOX_BUCKET"], Key="waiting/1", Body=body)
    client("s3").delete_object(Bucket=aws["AFTERCARE_INBOX_BUCKET"], Key="waiting/1")

    resources.remove(aws)

    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("sns").list_topics()["Topics"] == []
    assert client("s3").list_buckets()["Buckets"] == []
    assert client("ssm").describe_parameters()["Parameters"] == []
    assert client("sesv2").list_configuration_sets()["ConfigurationSets"] == []


@pytest.fixture(params=["us-east-1", "eu-central-1"])
def region(
    request: pytest.FixtureRequest, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where the account's owner works."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", request.param)
    client.cache_clear()
    yield request.param
    client.cache_clear()


def test_a_bucket_is_made_in_the_region_of_who_asks(region: str) -> None:
    bucket = resources.build("elsewhere", PARAMETERS)["AFTERCARE_INBOX_BUCKET"]

    named = client("s3").get_bucket_location(Bucket=bucket)["LocationConstraint"]
    assert named == (None if region == "us-east-1" else region)
