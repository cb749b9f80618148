"""The app's doors for a crowd: requests as API Gateway brings them, many at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalice.app import Blueprint
from chalice.config import Config
from chalice.local import LocalGateway
from chalice.test import HTTPResponse

from chalicelib.web.app import AftercareApp
from local.server import with_own_request_per_thread

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Doors:
    """An app with these blueprints. Chalice's test client serves one request at a time, for the
    app holds the running one."""

    def __init__(self, *blueprints: Blueprint) -> None:
        app = AftercareApp("crowd")
        for blueprint in blueprints:
            app.register_blueprint(blueprint)
        self._gateway = LocalGateway(with_own_request_per_thread(app), Config.create())

    def get(self, path: str, headers: dict[str, str]) -> HTTPResponse:
        return self._asked("GET", path, headers, b"")

    def post(self, path: str, headers: dict[str, str], **body: Any) -> HTTPResponse:
        """A JSON body."""
        return self._asked("POST", path, headers, json.dumps(body).encode())

    def form(self, path: str, body: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        """A form, as a browser sends it."""
        return self._asked("POST", path, FORM | (headers or {}), body.encode())

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> HTTPResponse:
        answer = self._gateway.handle_request(method, path, dict(headers), body)
        return HTTPResponse.create_from_dict(answer)


@dataclass(frozen=True, slots=True)
class Walk:
    """Goes through lists of the API, each from its first page to its last.

    A list that does not end within fifty pages fails the test.
    """

    doors: Doors
    headers: dict[str, str]

    def __call__(self, path: str, items: str = "items") -> Iterator[list[Any]]:
        """The items of page after page; `path` has a query already."""
        place = ""
        for _ in range(50):
            answer = self.doors.get(path + place, self.headers)
            assert answer.status_code == 200, answer.body
            yield answer.json_body[items]
            if answer.json_body["next"] is None:
                return
            place = f"&cursor={answer.json_body['next']}"
        raise AssertionError(f"{path} has no last page")
