"""Tables, topics and buckets of `.chalice/resources.json`, made with plain calls.

Deployment builds them with CloudFormation; the local stack and the tests build the same ones
from the same file with this.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from chalicelib.store.clients import client
from local.state import ROOT

TEMPLATE = ROOT / ".chalice" / "resources.json"

Properties: TypeAlias = dict[str, Any]


def template() -> dict[str, Any]:
    """The one definition."""
    return json.loads(TEMPLATE.read_text())


def build(prefix: str, parameters: dict[str, str]) -> dict[str, str]:
    """Make what is missing, named `<prefix>-<name>`; gives the environment of the functions.

    `parameters` are the template's: Stage, MailDomain and PublicUrl, and on an emulator
    NoticeCertificate.
    """
    definition = template()
    presets = {name: one.get("Default", "") for name, one in definition["Parameters"].items()}
    refs = {**presets, **parameters}
    for logical, resource in definition["Resources"].items():
        make = _MAKERS[resource["Type"]]
        if make is not None:
            properties = _resolved(resource.get("Properties", {}), refs)
            refs[logical] = make(f"{prefix}-{_plain(logical)}", properties)
    variables = definition["Globals"]["Function"]["Environment"]["Variables"]
    return {name: _resolved(value, refs) for name, value in variables.items()}


def remove(environment: dict[str, str]) -> None:
    """Delete what `build` made, with all that was put into it and the stage's secrets: for tests
    against a real account."""
    for name, value in environment.items():
        if name.endswith("_TABLE"):
            client("dynamodb").update_table(TableName=value, DeletionProtectionEnabled=False)
            client("dynamodb").get_waiter("table_exists").wait(TableName=value)
            client("dynamodb").delete_table(TableName=value)
        elif name.endswith("_TOPIC"):
            client("sns").delete_topic(TopicArn=value)
        elif name.endswith("_BUCKET"):
            _remove_bucket(value)
    _remove_parameters(environment["AFTERCARE_STAGE"])
    client("sesv2").delete_configuration_set(
        ConfigurationSetName=environment["AFTERCARE_CONFIGURATION_SET"]
    )


def _remove_bucket(name: str) -> None:
    s3 = client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=name)


def _remove_parameters(stage: str) -> None:
    ssm = client("ssm")
    path = f"/aftercare/{stage}"
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True)
    for one in [one for page in pages for one in page["Parameters"]]:
        ssm.delete_parameter(Name=one["Name"])


def _plain(logical: str) -> str:
    words = re.findall("[A-Z][a-z]*", logical)
    if words[-1] in {"Table", "Topic", "Bucket"}:
        words.pop()
    return "-".join(words).lower()


def _resolved(value: Any, refs: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if "Ref" in value:
            return refs[value["Ref"]]
        return {key: _resolved(part, refs) for key, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, refs) for part in value]
    return value


def _table(name: str, properties: Properties) -> str:
    dynamodb = client("dynamodb")
    try:
        dynamodb.describe_table(TableName=name)
    except dynamodb.exceptions.ResourceNotFoundException:
        pass
    else:
        return name
    definition = dict(properties)
    recovery = definition.pop("PointInTimeRecoverySpecification")
    lifetime = definition.pop("TimeToLiveSpecification", None)
    definition["SSESpecification"] = {"Enabled": definition["SSESpecification"]["SSEEnabled"]}
    if "StreamSpecification" in definition:
        definition["StreamSpecification"] |= {"StreamEnabled": True}
    dynamodb.create_table(TableName=name, **definition)
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    if lifetime is not None:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=lifetime)
    return name


def _topic(name: str, properties: Properties) -> str:
    return client("sns").create_topic(Name=name, Attributes=properties)["TopicArn"]


def _bucket(name: str, properties: Properties) -> str:
    s3 = client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        pass
    else:
        return name
    s3.create_bucket(Bucket=name, **_placed(s3.meta.region_name))
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"],
    )
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(
            Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"]
        )
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
                for rule in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            ]
        },
    )
    if "NotificationConfiguration" in properties:
        _tell(name, properties["NotificationConfiguration"]["TopicConfigurations"])
    return name


def _tell(bucket: str, topics: list[Properties]) -> None:
    """Let a bucket tell its topics. What they allow is not asked: no policy is made here."""
    client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        SkipDestinationValidation=True,
        NotificationConfiguration={
            "TopicConfigurations": [
                {
                    "TopicArn": one["Topic"],
                    "Events": [one["Event"]],
                    "Filter": {"Key": {"FilterRules": one["Filter"]["S3Key"]["Rules"]}},
                }
                for one in topics
            ]
        },
    )


def _placed(region: str) -> Properties:
    """Where a bucket is made; the oldest region is the one that must not be named."""
    if region == "us-east-1":
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _configuration_set(name: str, properties: Properties) -> str:
    ses = client("sesv2")
    with suppress(ses.exceptions.AlreadyExistsException):
        ses.create_configuration_set(ConfigurationSetName=name, **properties)
    return name


_MAKERS: dict[str, Callable[[str, Properties], str] | None] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SNS::Topic": _topic,
    "AWS::S3::Bucket": _bucket,
    "AWS::SES::ConfigurationSet": _configuration_set,
    # Who may call what is not checked outside AWS, and the local stack reports itself what
    # became of a mail, and hands in what people write.
    "AWS::SNS::TopicPolicy": None,
    "AWS::S3::BucketPolicy": None,
    "AWS::SES::ConfigurationSetEventDestination": None,
    "AWS::SES::ReceiptRule": None,
}
