"""The switches of the agenda's lanes: one item each beside the entries, there only while its lane
stands still."""

from datetime import datetime

from chalicelib.domain.agenda import Lane
from chalicelib.store.clients import client
from chalicelib.store.codec import to_item
from chalicelib.store.keys import stamp
from chalicelib.store.tables import Item, Key, Tables, batch_get


def pause(tables: Tables, lane: Lane) -> None:
    """Stop draining a lane, on every worker, from the next tick on; entries stay where they are."""
    _set_switch(tables, lane, "paused", value=True)


def hold(tables: Tables, lane: Lane, *, until: datetime) -> None:
    """Stop draining a lane for a while; one that is paused stays so afterwards."""
    _set_switch(tables, lane, "held_until", value=stamp(until))


def resume(tables: Tables, lane: Lane) -> None:
    client("dynamodb").delete_item(TableName=tables.agenda, Key=to_item({"id": _switch(lane)}))


def open_lanes(tables: Tables, *, now: datetime) -> frozenset[Lane]:
    """The lanes that are neither paused nor held."""
    keys = {lane: Key.of(tables.agenda, id=_switch(lane)) for lane in Lane}
    switches = batch_get(keys.values())
    return frozenset(
        lane for lane, key in keys.items() if key not in switches or _is_open(switches[key], now)
    )


def _switch(lane: Lane) -> str:
    return f"switch#{lane}"


def _set_switch(tables: Tables, lane: Lane, name: str, *, value: object) -> None:
    client("dynamodb").update_item(
        TableName=tables.agenda,
        Key=to_item({"id": _switch(lane)}),
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues=to_item({":value": value}),
    )


def _is_open(switch: Item, now: datetime) -> bool:
    return not switch.get("paused") and switch.get("held_until", "") <= stamp(now)
