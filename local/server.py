"""The dev server: Chalice's own, made to answer as API Gateway does, and threaded."""

import base64
import json
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException

from local.state import ROOT

MOST_BYTES = 10 * 1024 * 1024
"""What API Gateway takes; it answers 413 beyond, before any function runs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a route of the local stack itself."""

    path: str
    query: dict[str, list[str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Its answer."""

    body: str
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict[str, str])


LocalRoute: TypeAlias = Callable[[Asked], Answer]


def listen(port: int) -> socket.socket:
    """A socket bound to the port on loopback; 0 takes a free one. Raises OSError if taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class Server(ThreadingHTTPServer):
    """Serves the app on a socket that is bound already, and the local routes beside it.

    `routes` maps a method and the first part of a path to a local route.
    """

    daemon_threads = True

    def __init__(
        self, listener: socket.socket, app: Chalice, routes: dict[tuple[str, str], LocalRoute]
    ) -> None:
        gateway = LocalGateway(with_own_request_per_thread(app), _config())
        handler = partial(_Door, gateway=gateway, routes=routes)
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is only that somebody hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Door(BaseHTTPRequestHandler):
    """One connection. Answers leave in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def __init__(
        self,
        *connection: Any,
        gateway: LocalGateway,
        routes: dict[tuple[str, str], LocalRoute],
    ) -> None:
        self._gateway = gateway
        self._routes = routes
        super().__init__(*connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        logging.getLogger("local.access").info(format, *args)

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            self._send(413, {}, b'{"message": "Request Too Long"}')
            return
        body = self.rfile.read(length) if length else None
        local = self._local_route()
        if local is not None:
            self._answer_locally(local, body or b"")
            return
        try:
            answer = self._gateway.handle_request(
                method=self.command, path=self.path, headers=dict(self.headers), body=body
            )
        except LocalGatewayException as refused:
            self._send(refused.CODE, refused.headers, refused.body or b"")
            return
        headers = {**answer["headers"], **answer["multiValueHeaders"]}
        self._send(answer["statusCode"], headers, _bytes(answer))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def _local_route(self) -> LocalRoute | None:
        path = urlsplit(self.path).path
        first = "/" + path.split("/", 2)[1]
        return self._routes.get((self.command, path)) or self._routes.get((self.command, first))

    def _answer_locally(self, route: LocalRoute, body: bytes) -> None:
        url = urlsplit(self.path)
        answer = route(Asked(unquote(url.path), parse_qs(url.query), body))
        headers = {"Content-Type": answer.content_type, **answer.headers}
        self._send(answer.status, headers, answer.body.encode())

    def _send(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        self.send_response(status)
        if not any(name.lower() == "content-type" for name in headers):
            self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            # A list is one header a value: that is how several cookies are set.
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, str(one))
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in {204, 304}:
            self.wfile.write(body)


def _bytes(answer: dict[str, Any]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if answer.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body if isinstance(body, bytes) else str(body).encode()


def with_own_request_per_thread(app: Chalice) -> Chalice:
    """The same app, fit for threads: Chalice keeps the running request on the app."""
    app.__class__ = type("LocalApp", (LocalChalice, type(app)), {})
    return app


def _config() -> Config:
    on_disk = json.loads((ROOT / ".chalice" / "config.json").read_text())
    return Config(chalice_stage="dev", config_from_disk=on_disk)
