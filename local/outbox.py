"""Everything that left the shop by mail, text message or alert, kept for the mailbox page."""

import threading
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """One message as it left. `at` is virtual time; `channel` is mail, sms or alert."""

    model_config = ConfigDict(frozen=True)

    id: str
    channel: str
    at: datetime
    to: tuple[str, ...]
    sender: str = ""
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    tags: dict[str, str] = {}
    headers: dict[str, str] = {}
    """Those it was given besides the usual ones."""


class Outbox:
    """What was sent, oldest first, in a file that only grows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._sent: dict[str, Sent] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                sent = Sent.model_validate_json(line)
                self._sent[sent.id] = sent

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._sent

    def add(self, sent: Sent) -> None:
        with self._lock, self._file.open("a") as file:
            file.write(sent.model_dump_json() + "\n")
            self._sent[sent.id] = sent

    def find(self, message_id: str) -> Sent | None:
        return self._sent.get(message_id)

    def newest_first(self, to: str = "") -> list[Sent]:
        """All of it, or what went to addresses and numbers that contain `to`."""
        wanted = to.strip().lower()
        with self._lock:
            found = [
                sent
                for sent in self._sent.values()
                if not wanted or any(wanted in address.lower() for address in sent.to)
            ]
        return found[::-1]
