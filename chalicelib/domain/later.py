"""Not now: a run that must wait says until when, and is no failure."""

from datetime import datetime


class Later(Exception):
    """Raised by an agenda run that must not happen before `at`; `reason` is a code."""

    def __init__(self, at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.reason = reason
