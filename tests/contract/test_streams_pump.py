"""The local stream pump keeps the promises of a Lambda stream mapping."""

from typing import Any

from chalicelib.store.clients import client
from local.streams import MOST_TRIES, StreamPump


def put(table: str, *ids: str) -> None:
    for entry in ids:
        client("dynamodb").put_item(TableName=table, Item={"id": {"S": entry}})


class Listener:
    """Notes what it is given and refuses one entry as often as it is told to."""

    def __init__(self, refuse: str = "", times: int = 0) -> None:
        self.seen: list[str] = []
        self._refuse = refuse
        self._times = times

    def __call__(self, event: dict[str, Any], _context: object) -> dict[str, Any]:
        for record in event["Records"]:
            entry = record["dynamodb"]["NewImage"]["id"]["S"]
            if entry == self._refuse and self._times > 0:
                self._times -= 1
                failed = record["dynamodb"]["SequenceNumber"]
                return {"batchItemFailures": [{"itemIdentifier": failed}]}
            self.seen.append(entry)
        return {"batchItemFailures": []}


def test_each_change_is_handed_over_once_and_in_order(ministack: dict[str, str]) -> None:
    table, listener = ministack["AFTERCARE_AGENDA_TABLE"], Listener()
    pump = StreamPump(table, listener)

    put(table, "a", "b")
    first = pump.drain()
    put(table, "c")
    second = pump.drain()

    assert (first, second, pump.drain()) == (2, 1, 0)
    assert listener.seen == ["a", "b", "c"]


def test_what_is_given_back_comes_again_and_holds_up_what_follows(
    ministack: dict[str, str],
) -> None:
    table, listener = ministack["AFTERCARE_AGENDA_TABLE"], Listener(refuse="b", times=2)
    pump = StreamPump(table, listener)
    put(table, "a", "b", "c")

    pump.drain()
    after_first = list(listener.seen)
    pump.drain()
    pump.drain()

    assert after_first == ["a"]
    assert listener.seen == ["a", "b", "c"]


def test_a_record_that_always_fails_is_given_up_and_the_rest_goes_on(
    ministack: dict[str, str],
) -> None:
    table, listener = ministack["AFTERCARE_AGENDA_TABLE"], Listener(refuse="b", times=99)
    pump = StreamPump(table, listener)
    put(table, "a", "b", "c")

    for _ in range(MOST_TRIES + 1):
        pump.drain()

    assert listener.seen == ["a", "c"]
