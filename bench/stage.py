"""A whole stage in one process: the emulator, and every function as AWS would call it."""

import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.meter import Meter
from local.clock import VirtualClock
from local.emulator import Emulator, aws_environment

if TYPE_CHECKING:
    from chalicelib.services.house import House
    from local.machinery import Machinery
    from local.outbox import Outbox

DOMAIN, URL = "aftercare.example", "https://desk.example"

_WHOLE_RUN = 3600.0
"""Seconds: longer than any run of the bench."""

_EMULATORS_PATIENCE = 60
"""Seconds for an answer: the emulator sorts all of a list for each page of it, and that of 100,000
tickets takes it longer than DynamoDB is ever given."""

MORNING = 9
"""The hour, in UTC, at which the stage's first day begins: a Monday, so that all is open."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The functions of a stage, each of their runs counted."""

    meter: Meter
    clock: VirtualClock
    machinery: "Machinery"
    outbox: "Outbox"

    def hand_on(self) -> None:
        """Let everything happen that follows at once: streams, mail, reports about mail."""
        while self.machinery.hand_on():
            pass

    def pass_time(self, **amount: float) -> None:
        """Let time go by at once; what came due on the way happens at its end."""
        self.clock.move_to(self.clock.now() + timedelta(**amount))
        self.machinery.settle()
        self.hand_on()


@contextmanager
def stage() -> Generator[Stage]:
    """A stage with nothing in it."""
    with tempfile.TemporaryDirectory() as folder, Emulator(Path(folder) / "log") as emulator:
        os.environ.update(aws_environment(emulator.endpoint))
        os.environ["AFTERCARE_PUBLIC_URL"] = URL
        yield _built(Path(folder), emulator)


def _built(folder: Path, emulator: Emulator) -> Stage:
    # Only now: what is imported here reads the environment.
    from chalicelib.handlers import clock as clock_handlers
    from chalicelib.services import agenda, keys
    from chalicelib.services.house import house, set_clock
    from chalicelib.services.runners import RUNNERS
    from chalicelib.store import clients
    from local import resources
    from local.machinery import Machinery
    from local.mail import PostOffice
    from local.outbox import Outbox

    certificate = emulator.notice_certificate
    parameters = {
        "Stage": "bench",
        "MailDomain": DOMAIN,
        "PublicUrl": URL,
        "NoticeCertificate": certificate,
    }
    os.environ["AFTERCARE_NOTICE_CERTIFICATE"] = certificate
    created = resources.build("bench", parameters)
    os.environ.update(created)
    # A client watches what was asked to be watched before it was made.
    clients.client.cache_clear()
    clients.READ_TIMEOUT = _EMULATORS_PATIENCE
    clock = VirtualClock(folder / "clock.json")
    clock.move_to(_monday(clock.now()))
    outbox = Outbox(folder / "outbox.jsonl")
    post = PostOffice(emulator.endpoint, outbox, clock.now, created["AFTERCARE_MAIL_TOPIC"])
    post.watch()
    meter = Meter()
    meter.watch()
    set_clock(clock.now)
    keys.ensure(house())
    _remember_who_asks(house())
    clients.client("sesv2").create_email_identity(EmailIdentity=DOMAIN)
    agenda.run = meter.entry(agenda.run)
    RUNNERS.update({kind: meter.runner(kind, run) for kind, run in RUNNERS.items()})
    for name in ("tick", "send_due"):
        setattr(clock_handlers, name, meter.function(name, getattr(clock_handlers, name)))
    drains = {**_pumps(meter, created), "post": post.drain}
    return Stage(meter, clock, Machinery(clock, drains, created["AFTERCARE_AGENDA_TABLE"]), outbox)


def _pumps(meter: Meter, created: dict[str, str]) -> dict[str, Callable[[], int]]:
    from chalicelib.domain.agenda import POST, WORK
    from chalicelib.handlers import mail_events, photo_events, streams
    from local.streams import StreamPump
    from local.topics import TopicPump

    agenda, mail = created["AFTERCARE_AGENDA_TABLE"], created["AFTERCARE_MAIL_TOPIC"]
    run_now = _wanted(WORK, meter.function("run_now", streams.run_now))
    send_now = _wanted(POST, meter.function("send_now", streams.send_now))
    publish = meter.function("publish", streams.publish)
    mail_event = meter.function("mail_event", mail_events.mail_event)
    photos = meter.function("photos", photo_events.photos)
    return {
        "run_now": StreamPump(agenda, run_now).drain,
        "send_now": StreamPump(agenda, send_now).drain,
        "publish": StreamPump(created["AFTERCARE_EVENTS_TABLE"], publish).drain,
        "mail_event": TopicPump(mail, mail_event).drain,
        "photos": TopicPump(created["AFTERCARE_PHOTOS_TOPIC"], photos).drain,
    }


def _wanted(
    lanes: tuple[str, ...], handle: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """What the stream's filter lets through to the function."""

    def is_wanted(record: dict[str, Any]) -> bool:
        image = record["dynamodb"].get("NewImage", {})
        return "run_now" in image and image["home_lane"]["S"] in lanes

    def filtered(event: dict[str, Any], context: object) -> dict[str, Any]:
        records = [record for record in event["Records"] if is_wanted(record)]
        return handle({"Records": records}, context) if records else {}

    return filtered


def _monday(now: datetime) -> datetime:
    """The next Monday's morning."""
    day = now.astimezone(UTC).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return day + timedelta(days=7 - day.weekday())


def _remember_who_asks(house: "House") -> None:
    """Shop and staff are read every half a minute at most, and a door's row is what it costs in
    between: on a slow machine, too."""
    cached = house.cached

    def remembered(key: tuple[str, ...], seconds: float, load: Callable[[], Any]) -> Any:
        return cached(key, _WHOLE_RUN if key[0] in ("shop", "token") else seconds, load)

    house.cached = remembered
