"""The emulator's process: ministack, and what AWS does that it does not."""

import os

from ministack import app

from local.emulator import serve
from local.rehearsal.cloud import (
    calls,
    folder,
    gateway,
    mail,
    mappings,
    notices,
    rights,
    runtime,
)


def main() -> None:
    calls.install(folder())
    gateway.install()
    mappings.install()
    notices.install()
    mail.install(folder())
    rights.install()
    runtime.install(folder())
    # With TLS it would take port 443 as well where that is free.
    app._port_is_bindable = _takes_no_other_port
    serve(end=_end)


def _takes_no_other_port(_host: str, _port: int) -> bool:
    return False


def _end() -> None:
    """At once: nothing is to be saved, and a connection that nobody closes properly would be waited
    for. Functions end when their input does."""
    os._exit(0)


if __name__ == "__main__":
    main()
