"""How AWS says no: the error answers of each service, in the shape its own protocol has."""

import json

from botocore.awsrequest import AWSResponse

from tests.faults.cloud import Call, response

_BUSY = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "ssm": (400, "ThrottlingException"),
    "s3": (503, "SlowDown"),
    "sns": (400, "Throttling"),
    "sesv2": (429, "TooManyRequestsException"),
}

SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


def throttled(call: Call) -> AWSResponse:
    """Too much at once: it had no effect."""
    status, code = _BUSY[call.service]
    return refused(call, status, code, "Rate exceeded")


def broken(call: Call) -> AWSResponse:
    """AWS's own failure; whether it had an effect is not known."""
    code = "InternalError" if call.service in ("s3", "sns") else "InternalServerError"
    return refused(call, 500, code, "Internal server error")


def in_conflict(call: Call, place: int) -> AWSResponse | None:
    """Another transaction holds one of the items, the one at `place` of those that are written;
    None for a call that can be in no conflict. It had no effect."""
    if call.operation == "TransactWriteItems":
        return _cancelled(len(json.loads(call.body)["TransactItems"]), place)
    if call.operation in SINGLE_WRITES:
        words = "Transaction is ongoing for the item"
        return refused(call, 400, "TransactionConflictException", words)
    return None


def unprocessed(call: Call) -> AWSResponse | None:
    """A batch read of which nothing was read this time; None for any other call."""
    if call.operation != "BatchGetItem":
        return None
    asked = json.loads(call.body)["RequestItems"]
    said = {"Responses": {}, "UnprocessedKeys": asked}
    return response(200, _JSON, json.dumps(said).encode())


def refused(call: Call, status: int, code: str, words: str) -> AWSResponse:
    """An error answer of the service that is called."""
    if call.service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>"
        return response(status, {"Content-Type": "application/xml"}, body.encode())
    if call.service == "sns":
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{words}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        )
        return response(status, {"Content-Type": "text/xml"}, body.encode())
    said = {"__type": code, "message": words}
    return response(status, _JSON | {"x-amzn-errortype": code}, json.dumps(said).encode())


def _cancelled(count: int, place: int) -> AWSResponse:
    reasons: list[dict[str, str]] = [{"Code": "None"} for _ in range(count)]
    reasons[place % count] = {
        "Code": "TransactionConflict",
        "Message": "Transaction is ongoing for the item",
    }
    codes = ", ".join(reason["Code"] for reason in reasons)
    said = {
        "__type": "TransactionCanceledException",
        "message": f"Transaction cancelled, please refer to the reasons [{codes}]",
        "CancellationReasons": reasons,
    }
    headers = _JSON | {"x-amzn-errortype": "TransactionCanceledException"}
    return response(400, headers, json.dumps(said).encode())


_JSON = {"Content-Type": "application/x-amz-json-1.0"}
