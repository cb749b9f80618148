"""Listening for a shop's webhooks, every three hours, in the events they told."""

from datetime import datetime, timedelta
from itertools import islice

from chalicelib.domain import silence
from chalicelib.domain.agenda import Entry
from chalicelib.domain.alerts import alert
from chalicelib.domain.changes import Changes
from chalicelib.domain.letters import ShopSilent
from chalicelib.domain.silence import Heartbeat
from chalicelib.metrics import Metric, count
from chalicelib.services.alerts import managers, to_staff
from chalicelib.services.desk import Desk, command
from chalicelib.store import events

HOUR = timedelta(hours=1)
SILENT = "shop.silent"
"""What the alert is called."""


@command
def listen(desk: Desk, entry: Entry) -> Heartbeat:
    """Runner: notice that a shop's webhooks stopped, or came back, and listen again later. The
    managers are written to once a silence."""
    known = desk.find(Heartbeat, silence.heartbeat_id(entry.shop))
    beat = known or silence.first_heartbeat(entry.shop, at=desk.now())
    counts = [_heard(desk, slot) for slot in silence.to_count(beat, at=desk.now())]
    heard = silence.listened(beat, counts, at=desk.now())
    after = heard.result
    if after.silent_since is not None and beat.silent_since is None:
        heard = heard.plus(*_rung(desk, after))
    committed = desk.commit(heard)
    if after.silent_since is not None:
        count(Metric.SILENT_SHOPS)
    return committed


def _rung(desk: Desk, beat: Heartbeat) -> list[Changes[object]]:
    quiet_for = silence.silence(beat.heard)
    assert quiet_for is not None
    letter = ShopSilent(place="", hours=int(quiet_for / HOUR), platform=desk.shop.platform)
    bell = alert(beat, SILENT, number=beat.shop, due_at=desk.now(), at=desk.now())
    letters = to_staff(desk, managers(desk), letter, beat.id)
    return [Changes(None, agenda=(bell,)), *letters]


def _heard(desk: Desk, slot: datetime) -> int:
    """How many events the shop's webhooks told in a slot, counted as far as it matters."""
    told = (
        event
        for hour in range(int(silence.SLOT / HOUR))
        for event in events.by_platform(
            desk.house.tables, desk.shop_id, events.hour_of(slot + hour * HOUR)
        )
    )
    return sum(1 for _ in islice(told, silence.USUAL))
