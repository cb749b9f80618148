"""One JSON object a line: codes, ids and counts; never an address, a name, a token or a body."""

import traceback
from functools import cache

from aws_lambda_powertools.logging import Logger

FRAMES = 12
"""How many of the innermost are told of what broke."""


@cache
def log() -> Logger:
    """This process's logger; `POWERTOOLS_LOG_LEVEL` sets its level."""
    return Logger(service="aftercare")


def note_broken(error: Exception, **where: str) -> None:
    """Log what broke and where. The error's own words are left out: they may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    told = {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "cause": type(error.__cause__).__qualname__ if error.__cause__ else None,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    log().error("broken", extra=told | where)
