"""The service as a machine calls it, over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import urllib3

SECONDS = 300.0
"""Enough for a week to pass on a slow machine."""


class Refused(Exception):
    """The service did not do what was asked; the story cannot go on there."""

    def __init__(self, method: str, path: str, status: int, said: str) -> None:
        super().__init__(f"{method} {path}: {status} {said}"[:400])
        self.status = status


class Service:
    """Requests to the running stack. `note` is told each of them and its answer."""

    def __init__(self, url: str, note: Callable[[str], None]) -> None:
        self.url = url
        self._note = note
        self._pool = urllib3.PoolManager(retries=False, timeout=SECONDS, maxsize=4)

    def call(
        self,
        method: str,
        path: str,
        content: dict[str, Any] | None = None,
        *,
        token: str = "",
    ) -> dict[str, Any]:
        """A JSON request; its JSON answer. Raises Refused for any status but success."""
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = None
        if content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content, ensure_ascii=False).encode()
        answer = self.send(method, path, headers, body)
        if answer.status >= 400:
            raise Refused(method, path, answer.status, answer.data.decode(errors="replace"))
        return json.loads(answer.data) if answer.data else {}

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        """Any request, as it is; redirects are not followed."""
        url = path if path.startswith("http") else self.url + path
        answer = self._pool.request(method, url, body=body, headers=headers, redirect=False)
        said = body.decode(errors="replace") if body else ""
        self._note(f"> {method} {path} {said}"[:2000])
        self._note(f"< {answer.status} {_readable(answer)}"[:2000])
        return answer


def _readable(answer: urllib3.BaseHTTPResponse) -> str:
    kind = answer.headers.get("Content-Type", "")
    return answer.data.decode(errors="replace") if "json" in kind else kind
