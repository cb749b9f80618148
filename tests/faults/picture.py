"""What is left in the end, without what may differ honestly between two runs of one story.

Left out, and why:
- versions, commit ids and request ids: how many steps something took, not what it came to;
- moments of our own clock: what comes later is handled later. Moments that the shop told lie
  before the beginning, and count;
- ids and numbers that are made up: they are replaced by what their record says;
- of a fact, what the shop had said of it by then: it is told once, by whichever delivery came
  first, and what the shop says later stands in the record;
- of a fact about an order, whose order it is: a parcel may be told of before its order is;
- of a mail, whether we or SES told first that it left;
- of a ticket, what was known of its customer when it was opened;
- of a mail, the carrier's own id of it; of a promise, how much of its time was used;
- at what hours deliveries came, and when silence would be noticed: trouble takes time;
- the shard of an entry, which follows from its id;
- the mark that says the inbox is worth a look;
- cancelled entries of the agenda: a mark for runs that have begun, and nothing more.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.silence import LISTEN, Heartbeat
from chalicelib.services import inbox
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.codec import STORE_ATTRIBUTES
from tests.faults.cloud import BEGINNING
from tests.faults.post import Post
from tests.faults.world import MADE_UP, everything

_NUMBER = re.compile(r"\b([TRCW])-[0-9A-Z]{4}-[0-9A-Z]{3}\b")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_USED = re.compile(r'"(used|\w+_minutes)": ("PT?[^"]*"|\d+)')

_STEPS = STORE_ATTRIBUTES - {"kind"} | {"version", "ordinal", "correlation", "attempts"}
_EVENT_KEYS = frozenset({"hpk", "hsk", "cpk", "csk", "at"})
_AGENDA_WORK = frozenset(
    {"id", "generation", "due_at", "run_now", "lease", "lease_until", "last_error"}
)

_SAID_BY_THEN = {
    "order.placed": {"total", "lines"},
    "order.paid": {"captured", "paid_at"},
    "order.cancelled": {"cancelled_at"},
    "order.refunded": {"refunded_at"},
    "parcel.delayed": {"expected_at"},
    "parcel.delivered": {"source", "delivered_at"},
}

_TOLD_BY_WHOEVER = {"order": {"customer"}, "outgoing": {"actor"}}

_HEARTBEATS = frozenset({Heartbeat.kind, LISTEN})

_KNOWN_THEN = {"ticket": {"addressee", "customer_language"}, "outgoing": {"provider_id"}}

ROUNDS = 4
"""How far away from a record another may lie that tells it from its like."""


@dataclass(slots=True)
class Picture:
    """Each thing that is left, as often as it is there."""

    records: Counter[str] = field(default_factory=Counter[str])
    events: Counter[str] = field(default_factory=Counter[str])
    agenda: Counter[str] = field(default_factory=Counter[str])
    post: Counter[str] = field(default_factory=Counter[str])
    inbox: Counter[str] = field(default_factory=Counter[str])


def take(post: Post) -> Picture:
    """The picture of what is left now."""
    tables = house().tables
    records = [
        _without(item, _STEPS | _KNOWN_THEN.get(item["kind"], set()))
        for item in everything(tables.records)
        if item["kind"] not in _HEARTBEATS
    ]
    events = [_fact(item) for item in everything(tables.events)]
    agenda = [_entry(item) for item in everything(tables.agenda) if "lane" in item]
    agenda = [entry for entry in agenda if entry["kind"] not in _HEARTBEATS]
    names = _names(records)
    return Picture(
        records=_seen(records, names),
        events=_seen(events, names),
        agenda=_seen(agenda, names),
        post=Counter(f"{one.template} to {one.to}" for one in post.left),
        inbox=Counter(_parked()),
    )


def _parked() -> Iterator[str]:
    listed = client("s3").list_objects_v2(Bucket=house().settings.inbox_bucket)
    for key in (item["Key"] for item in listed.get("Contents", ())):
        if key != inbox.MARK:
            parked = inbox.read(house(), key)
            yield f"{key} after {parked.attempts}: {parked.error}"


def _fact(event: dict[str, Any]) -> dict[str, Any]:
    data = _without(event["data"], _SAID_BY_THEN.get(event["type"], ()))
    by_whoever = _TOLD_BY_WHOEVER.get(event["subject_kind"], set())
    return _without(event, _STEPS | _EVENT_KEYS | by_whoever) | {"data": data}


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    lane, _, _ = item["lane"].partition("#")
    return _without(item, _STEPS | _AGENDA_WORK) | {"lane": lane}


def _without(item: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = frozenset(names)
    return {name: value for name, value in item.items() if name not in left_out}


def _seen(items: list[dict[str, Any]], names: dict[str, str]) -> Counter[str]:
    return Counter(_text(item, names) for item in items)


def _names(records: list[dict[str, Any]]) -> dict[str, str]:
    """For each made-up id what its record says, told apart by what the records it names say."""
    names: dict[str, str] = {}
    for _ in range(ROUNDS):
        said: dict[str, list[str]] = {}
        for record in records:
            if MADE_UP.fullmatch(record["id"]):
                said.setdefault(record["id"], []).append(_text(record, names))
            for other in set(MADE_UP.findall(json.dumps(record, default=str))):
                said.setdefault(other, []).append(f"in {record['kind']}")
        names = {one: _short(one, sorted(texts)) for one, texts in said.items()}
    return names


def _short(made_up: str, texts: list[str]) -> str:
    return f"{made_up[:3]}:{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:8]}"


def _text(item: dict[str, Any], names: dict[str, str]) -> str:
    text = json.dumps(item, sort_keys=True, default=str)
    text = MADE_UP.sub(lambda found: names.get(found[0], found[0][:3]), text)
    text = _USED.sub(_used, _NUMBER.sub(r"\1-…", text))
    return _MOMENT.sub(_moment, text)


def _used(found: re.Match[str]) -> str:
    return found[0] if found[1] == "target_minutes" else f'"{found[1]}": "some"'


def _moment(found: re.Match[str]) -> str:
    moment = datetime.fromisoformat(found[0])
    return moment.isoformat() if moment < BEGINNING else "then"


def differences(seen: Picture, clean: Picture) -> list[str]:
    """What is there too much and too little."""
    lines: list[str] = []
    for name in Picture.__slots__:
        one, other = getattr(seen, name), getattr(clean, name)
        lines += [f"too much in {name}: {text}" for text in (one - other).elements()]
        lines += [f"missing in {name}: {text}" for text in (other - one).elements()]
    return lines
