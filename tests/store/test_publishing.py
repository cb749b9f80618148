"""What happened is published: some events at a time, and from the first that was not on again."""

from typing import Any

import pytest

from chalicelib.handlers import streams
from chalicelib.metrics import Metric
from chalicelib.services import publishing
from chalicelib.services.house import house
from chalicelib.store.codec import to_item

pytestmark = pytest.mark.usefixtures("aws")


class Topic:
    """SNS as it answers: what it took, request by request, and what it refuses."""

    def __init__(self, *refused: int) -> None:
        self.requests: list[list[str]] = []
        self._refused = {f"{place}" for place in refused}

    def __call__(self, _service: str) -> "Topic":
        return self

    def publish_batch(self, **asked: Any) -> dict[str, Any]:
        entries = asked["PublishBatchRequestEntries"]
        self.requests.append([one["Message"] for one in entries])
        return {"Failed": [{"Id": one["Id"]} for one in entries if one["Id"] in self._refused]}


def a_record(number: int, **fields: Any) -> dict[str, Any]:
    event = {
        "shop": "acme",
        "subject": "tkt_1",
        "subject_kind": "ticket",
        "version": number,
        "ordinal": 0,
        "type": "ticket.noted",
        "schema_number": 1,
        "at": "2026-11-23T08:00:00Z",
        "actor": "system",
    }
    change = {"SequenceNumber": f"{number}", "NewImage": to_item(event | fields)}
    return {"eventName": "INSERT", "dynamodb": change}


def given_back(*records: dict[str, Any]) -> list[str]:
    answer = streams.publish({"Records": list(records)}, None)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_ten_events_are_published_by_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic()
    monkeypatch.setattr(publishing, "client", topic)

    assert given_back(*(a_record(number) for number in range(12))) == []
    assert [len(request) for request in topic.requests] == [10, 2]


def test_events_reach_the_topic_with_what_subscriptions_filter_on() -> None:
    # No stand-in: the request is one that SNS understands.
    assert house().settings.events_topic
    assert given_back(a_record(1), a_record(2)) == []


def test_from_the_first_that_was_refused_on_they_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "client", Topic(2, 4))

    assert given_back(*(a_record(number) for number in range(6))) == ["2"]


def test_what_is_no_event_is_left_out_and_counted_and_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topic, counted = Topic(), list[Metric]()
    monkeypatch.setattr(publishing, "client", topic)
    monkeypatch.setattr(publishing, "count", counted.append)

    assert given_back(a_record(1), a_record(2, at="never"), a_record(3)) == []
    assert given_back(a_record(4, at="never")) == []
    assert [len(request) for request in topic.requests] == [2]
    assert counted == [Metric.UNREADABLE_EVENTS] * 2


def test_a_refusal_behind_what_is_no_event_is_given_back_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "client", Topic(2))

    assert given_back(a_record(1), a_record(2, at="never"), a_record(3), a_record(4)) == ["3"]


def test_while_the_topic_is_out_of_reach_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(_service: str) -> Topic:
        raise ConnectionError

    monkeypatch.setattr(publishing, "client", out_of_reach)

    assert given_back(a_record(1), a_record(2)) == ["1"]
