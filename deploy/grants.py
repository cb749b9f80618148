"""What each function may do, and with what: the one table that every role is made of.

A transaction is allowed by the actions in it, so that there is nothing here for the transaction
itself.
"""

from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]
Statement: TypeAlias = dict[str, Any]


def _allow(service: str, actions: str, *resources: Resource) -> Statement:
    named = [f"{service}:{action}" for action in actions.split()]
    return {"Effect": "Allow", "Action": named, "Resource": list(resources)}


def _table(name: str) -> Resource:
    return {"Fn::GetAtt": [f"{name}Table", "Arn"]}


def _indexes(name: str) -> Resource:
    return {"Fn::Sub": f"${{{name}Table.Arn}}/index/*"}


def _arn(rest: str) -> Resource:
    """Something of this account and region that is not a resource of the template."""
    service, _, place = rest.partition(":")
    return {
        "Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{place}"
    }


_RECORDS, _EVENTS = _table("Records"), _table("Events")
_AGENDA, _RECEIPTS = _table("Agenda"), _table("Receipts")
_INBOX: Resource = {"Fn::GetAtt": ["InboxBucket", "Arn"]}
_PHOTOS: Resource = {"Fn::GetAtt": ["PhotosBucket", "Arn"]}


def _inbox(prefix: str) -> Resource:
    return {"Fn::Sub": f"${{InboxBucket.Arn}}/{prefix}*"}


def _photos(prefix: str) -> Resource:
    return {"Fn::Sub": f"${{PhotosBucket.Arn}}/{prefix}*"}


LOAD = (_allow("dynamodb", "BatchGetItem", _RECORDS),)
LIST = (_allow("dynamodb", "Query", _indexes("Records")),)
LOAD_WITH_PARTS = (_allow("dynamodb", "Query", _RECORDS),)
COMMIT = (
    _allow("dynamodb", "PutItem", _RECORDS),
    _allow("dynamodb", "PutItem", _EVENTS),
    _allow("dynamodb", "UpdateItem", _AGENDA),
)
REMOVE = (_allow("dynamodb", "DeleteItem", _RECORDS),)
ONCE = (_allow("dynamodb", "BatchGetItem PutItem", _RECEIPTS),)
COUNT = (_allow("dynamodb", "UpdateItem", _RECEIPTS),)
FORGET_DRAFTS = (_allow("dynamodb", "DeleteItem", _RECEIPTS),)
TELL_WHAT_HAPPENED = (_allow("dynamodb", "Query", _EVENTS, _indexes("Events")),)
LISTEN = (_allow("dynamodb", "Query", {"Fn::Sub": "${EventsTable.Arn}/index/hour"}),)
RUN = (_allow("dynamodb", "BatchGetItem DeleteItem", _AGENDA),)
FIND_WHAT_IS_DUE = (_allow("dynamodb", "Query", _indexes("Agenda")),)
READ_KEYS = (_allow("ssm", "GetParameter", _arn("ssm:parameter/aftercare/${Stage}/keys")),)
# What a shop signs with, and what it is asked with about an order that was never pushed.
READ_SECRETS_OF_SHOPS = (
    _allow("ssm", "GetParameter", _arn("ssm:parameter/aftercare/${Stage}/shops/*")),
)
# Who may not list is told of what is not there that it is forbidden.
LIST_PARKED = (_allow("s3", "ListBucket", _INBOX),)
PARK = (
    *LIST_PARKED,
    _allow("s3", "PutObject", _inbox("waiting/")),
    _allow("s3", "DeleteObject GetObject", _inbox("given-up/")),
)
APPLY_PARKED = (
    _allow("s3", "GetObject PutObject", _inbox("waiting/")),
    _allow("s3", "PutObject", _inbox("given-up/")),
)
FORGET_PARKED = (
    *LIST_PARKED,
    _allow("s3", "DeleteObject", _inbox("waiting/"), _inbox("given-up/")),
)
WRITE_ERASURES_DOWN = (_allow("s3", "PutObject", {"Fn::Sub": "${ErasuresBucket.Arn}/*"}),)
# Who signs an address may do itself what it is signed for.
SHOW_PHOTOS = (
    _allow("s3", "ListBucket", _PHOTOS),
    _allow("s3", "GetObject PutObject", _photos("in/")),
    _allow("s3", "GetObject", _photos("kept/")),
)
TAKE_PHOTOS_IN = (
    _allow("s3", "ListBucket", _PHOTOS),
    _allow("s3", "GetObject DeleteObject", _photos("in/")),
    _allow("s3", "PutObject DeleteObject", _photos("kept/")),
)
FORGET_PHOTOS = (_allow("s3", "DeleteObject", _photos("kept/")),)
RING = (_allow("sns", "Publish", {"Ref": "AlertsTopic"}),)
SEND_MAIL = (
    {
        **_allow(
            "ses",
            "SendEmail",
            _arn("ses:identity/${MailDomain}"),
            _arn("ses:configuration-set/${MailConfiguration}"),
        ),
        # The identity of a domain is good for all domains below it as well.
        "Condition": {"StringLike": {"ses:FromAddress": {"Fn::Sub": "*@${MailDomain}"}}},
    },
)
SEND_TEXT_MESSAGES = (
    {
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        # A phone number is no resource, so nothing names it but what excludes every topic.
        "NotResource": ["arn:*:sns:*:*:*"],
    },
)

_KEEP_FILES = (*LOAD, *LIST, *LOAD_WITH_PARTS, *COMMIT, *READ_KEYS)
_FORGET = (*FORGET_PARKED, *FORGET_DRAFTS, *FORGET_PHOTOS)
_WORK = (*_KEEP_FILES, *RUN, *LISTEN, *_FORGET, *WRITE_ERASURES_DOWN, *RING)
_SEND = (*LOAD, *LIST, *COMMIT, *RUN, *READ_KEYS, *SEND_MAIL, *SEND_TEXT_MESSAGES)

GRANTS: dict[str, tuple[Statement, ...]] = {
    "APIHandler": (
        *(*_KEEP_FILES, *REMOVE, *ONCE, *COUNT, *TELL_WHAT_HAPPENED, *FIND_WHAT_IS_DUE, *PARK),
        *(*WRITE_ERASURES_DOWN, *READ_SECRETS_OF_SHOPS, *SHOW_PHOTOS),
        _allow("dynamodb", "BatchGetItem", _AGENDA),
    ),
    "Tick": (
        *(*_WORK, *REMOVE, *ONCE, *COUNT, *FIND_WHAT_IS_DUE),
        *(*APPLY_PARKED, *READ_SECRETS_OF_SHOPS),
    ),
    "RunNow": _WORK,
    "SendDue": (*_SEND, *FIND_WHAT_IS_DUE),
    "SendNow": _SEND,
    "Publish": (_allow("sns", "Publish", {"Ref": "EventsTopic"}),),
    "MailEvent": (*LOAD, *COMMIT, *ONCE),
    "InboundMail": (
        *(*LOAD, *COMMIT, *COUNT, *READ_KEYS),
        _allow("s3", "GetObject", _inbox("mail/")),
    ),
    "Photos": (*LOAD, *LOAD_WITH_PARTS, *COMMIT, *TAKE_PHOTOS_IN),
}

_CLIENTS = {"ses": "sesv2"}

SERVICES = frozenset(
    _CLIENTS.get(service, service)
    for statements in GRANTS.values()
    for statement in statements
    for service in [statement["Action"][0].partition(":")[0]]
)
"""The services that functions call, as botocore names them."""
