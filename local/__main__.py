"""Start the stack on this machine: `python -m local`, stopped by Ctrl-C."""

import importlib
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from local import state
from local.clock import VirtualClock
from local.emulator import Emulator, aws_environment
from local.server import Server, listen

PORT = 8000
MAIL_DOMAIN = "aftercare.example"


def main() -> int:
    """Run until asked to stop; 1 if it cannot start, with the reason said."""
    already = state.running()
    if already is not None:
        print(f"Aftercare runs already, at {already.url} (process {already.pid}).")
        return 1
    try:
        listener = _listener()
    except (OSError, OverflowError, ValueError) as error:
        print(f"Port {os.environ.get('PORT')} cannot be had: {error}. Try another PORT.")
        return 1
    stopped = _stop_signals()
    home = state.folder()
    with listener, Emulator(home / "emulator.log", home / "aws") as emulator:
        environment = _environment(emulator, listener.getsockname()[1])
        os.environ.update(environment)
        _serve(listener, emulator, home, environment, stopped)
    print("Stopped; the state is kept." if any(home.iterdir()) else "Stopped.")
    return 0


def _serve(
    listener: socket.socket,
    emulator: Emulator,
    home: Path,
    environment: dict[str, str],
    stopped: threading.Event,
) -> None:
    # Only now: what is imported here reads the environment.
    from chalicelib.domain.records import build_models
    from chalicelib.handlers import mail_events, photo_events, streams
    from chalicelib.services import keys
    from chalicelib.services.house import house, set_clock
    from chalicelib.store.clients import client
    from local import doors, resources, seed, shop_api
    from local.machinery import Machinery
    from local.mail import PostOffice, alert
    from local.outbox import Outbox
    from local.streams import StreamPump
    from local.topics import TopicPump

    created = resources.build("aftercare", _parameters(environment))
    os.environ.update(created)
    environment |= created
    _logs_into(home / "service.log")
    clock = VirtualClock(home / "clock.json")
    set_clock(clock.now)
    keys.ensure(house())

    outbox = Outbox(home / "outbox.jsonl")
    post = PostOffice(emulator.endpoint, outbox, clock.now, created["AFTERCARE_MAIL_TOPIC"])
    post.watch()
    _verify_sender(client("sesv2"))
    drains = {
        "run_now": StreamPump(created["AFTERCARE_AGENDA_TABLE"], streams.run_now).drain,
        "send_now": StreamPump(created["AFTERCARE_AGENDA_TABLE"], streams.send_now).drain,
        "publish": StreamPump(created["AFTERCARE_EVENTS_TABLE"], streams.publish).drain,
        "post": post.drain,
        "mail_event": TopicPump(created["AFTERCARE_MAIL_TOPIC"], mail_events.mail_event).drain,
        "inbound_mail": TopicPump(
            created["AFTERCARE_INBOUND_TOPIC"], mail_events.inbound_mail
        ).drain,
        "photos": TopicPump(created["AFTERCARE_PHOTOS_TOPIC"], photo_events.photos).drain,
        "alerts": TopicPump(created["AFTERCARE_ALERTS_TOPIC"], alert(outbox, clock.now)).drain,
    }
    machinery = Machinery(clock, drains, created["AFTERCARE_AGENDA_TABLE"])
    app = importlib.import_module("app").app
    routes = doors.routes(clock, machinery, outbox, machinery.hand_on) | shop_api.routes()
    server = Server(listener, app, routes)
    build_models()
    # Before time passes: the demo shop's past happens undisturbed, each act at its own moment.
    seed.seed()
    serving = threading.Thread(target=server.serve_forever, name="server", daemon=True)
    serving.start()
    machinery.start()
    try:
        port = server.server_port
        url = environment["AFTERCARE_PUBLIC_URL"]
        state.announce(state.Running(url, port, emulator.endpoint, os.getpid(), environment))
        _say_where(url, clock.ahead)
        stopped.wait()
    finally:
        state.withdraw()
        server.shutdown()
        serving.join()
        machinery.stop()


def _listener() -> socket.socket:
    """On PORT if one is asked for; else on 8000, or on a free port if 8000 is taken."""
    asked = os.environ.get("PORT")
    if asked:
        return listen(int(asked))
    try:
        return listen(PORT)
    except OSError:
        print(f"Port {PORT} is taken by another program, so another one is used.")
        return listen(0)


def _stop_signals() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _environment(emulator: Emulator, port: int) -> dict[str, str]:
    return {
        **aws_environment(emulator.endpoint),
        "AFTERCARE_NOTICE_CERTIFICATE": emulator.notice_certificate,
        "AFTERCARE_PUBLIC_URL": os.environ.get("AFTERCARE_PUBLIC_URL")
        or f"http://127.0.0.1:{port}",
        "AFTERCARE_LOCAL": str(state.folder()),
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def _parameters(environment: dict[str, str]) -> dict[str, str]:
    return {
        "Stage": "local",
        "MailDomain": MAIL_DOMAIN,
        "PublicUrl": environment["AFTERCARE_PUBLIC_URL"],
        "NoticeCertificate": environment["AFTERCARE_NOTICE_CERTIFICATE"],
    }


def _verify_sender(ses: Any) -> None:
    with suppress(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity=MAIL_DOMAIN)


def _logs_into(file: Path) -> None:
    """The service's own log lines go to a file, so that the terminal stays readable."""
    from chalicelib.logs import log

    log()
    for handler in logging.getLogger("aftercare").handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(file.open("a", buffering=1))


def _say_where(url: str, ahead: timedelta) -> None:
    print(f"\nAftercare runs at {url}")
    print(f"  staff             {url}/desk")
    print(f"  every mail sent   {url}/mailbox")
    print(f"  the API           {url}/docs")
    print("  a day in a shop   make demo   (in another terminal)")
    if ahead >= timedelta(minutes=1):
        print(f"Its clock is {ahead.total_seconds() / 3600:.1f} hours ahead of yours.")
    print("Ctrl-C stops it; what it holds is kept in .local/", flush=True)


if __name__ == "__main__":
    sys.exit(main())
