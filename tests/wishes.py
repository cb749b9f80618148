"""What a call to AWS needs to be allowed, with resources by the names they have in the template."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from local.resources import template
from tests.roles import ACCOUNT, Wish, topic

_ENVIRONMENT = template()["Globals"]["Function"]["Environment"]["Variables"]


def wishes(service: str, operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    """Raises LookupError for an operation of which it is not known here what it needs."""
    return _SERVICES[service](operation, given)


def _dynamodb(operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    match operation:
        case "TransactWriteItems":
            for kind, write in (
                (kind, one[kind]) for one in given["TransactItems"] for kind in one
            ):
                action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield Wish(f"dynamodb:{action}", _table(write["TableName"]))
        case "BatchGetItem":
            for name in given["RequestItems"]:
                yield Wish("dynamodb:BatchGetItem", _table(name))
        case "Query" | "PutItem" | "UpdateItem" | "DeleteItem":
            index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
            yield Wish(f"dynamodb:{operation}", _table(given["TableName"]) + index)
        case _:
            raise LookupError(operation)


def _s3(operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    bucket = f"{_named_so(given['Bucket'])}.Arn"
    match operation:
        case "ListObjectsV2":
            yield Wish("s3:ListBucket", bucket)
        case "GetObject" | "PutObject" | "DeleteObject":
            yield Wish(f"s3:{operation}", f"{bucket}/{given['Key']}")
        case "HeadObject":
            yield Wish("s3:GetObject", f"{bucket}/{given['Key']}")
            # Without it, what is not there is answered as forbidden.
            yield Wish("s3:ListBucket", bucket)
        case _:
            raise LookupError(operation)


def _ssm(operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    name = given["Name"].replace(os.environ["AFTERCARE_STAGE"], "Stage", 1)
    yield Wish(f"ssm:{operation}", f"arn:AWS::Partition:ssm:{ACCOUNT}:parameter{name}")


def _sns(operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    if operation not in ("Publish", "PublishBatch"):
        raise LookupError(operation)
    is_text_message = "PhoneNumber" in given
    yield Wish("sns:Publish", "a phone" if is_text_message else topic(_named_so(given["TopicArn"])))


def _sesv2(operation: str, given: dict[str, Any]) -> Iterator[Wish]:
    domain = os.environ["AFTERCARE_MAIL_DOMAIN"]
    address = given["FromEmailAddress"].rpartition("<")[2].rstrip(">")
    facts = {"ses:FromAddress": address.replace(domain, "MailDomain")}
    place = f"arn:AWS::Partition:ses:{ACCOUNT}"
    sender = address.partition("@")[2].replace(domain, "MailDomain")
    yield Wish(f"ses:{operation}", f"{place}:identity/{sender}", facts)
    yield Wish(f"ses:{operation}", f"{place}:configuration-set/MailConfiguration", facts)


_SERVICES: dict[str, Callable[[str, dict[str, Any]], Iterator[Wish]]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "ssm": _ssm,
    "sns": _sns,
    "sesv2": _sesv2,
}


def _table(name: str) -> str:
    return f"{_named_so(name)}.Arn"


def _named_so(value: str) -> str:
    """The template's name for what the environment names. Raises LookupError for anything else."""
    for variable, reference in _ENVIRONMENT.items():
        if os.environ.get(variable) == value:
            return reference["Ref"]
    raise LookupError(value)
