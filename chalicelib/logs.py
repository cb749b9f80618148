"""One JSON object a line: codes, ids and counts; never an address, a name, a token or a body."""

from functools import cache

from aws_lambda_powertools.logging import Logger


@cache
def log() -> Logger:
    """This process's logger; `POWERTOOLS_LOG_LEVEL` sets its level."""
    return Logger(service="aftercare")
