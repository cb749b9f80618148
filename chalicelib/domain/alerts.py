"""Ringing people: what goes to the alerts topic is ids and times, never what a case is about."""

from datetime import datetime

from chalicelib.domain.agenda import Entry
from chalicelib.domain.records import Record

PUBLISH = "alert.publish"
"""The kind of the agenda entry by which an alert is published."""


def alert(record: Record, type_: str, *, number: str, due_at: datetime, at: datetime) -> Entry:
    """An alert about a record, published now. `type_` is what a subscription filters on, such as
    `callback.due`; an alert of the same type that has not left yet is replaced."""
    return Entry(
        shop=record.shop,
        kind=PUBLISH,
        subject=record.id,
        key=type_,
        due_at=at,
        data={"type": type_, "number": number, "due_at": due_at.isoformat()},
    )
