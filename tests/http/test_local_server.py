"""The dev server answers as API Gateway does, where Chalice's own falls short."""

import http.client
import threading
from collections.abc import Iterator

import pytest
from chalice.app import Chalice, Response

from local.server import MOST_BYTES, Answer, Server, listen


@pytest.fixture
def door() -> Iterator[http.client.HTTPConnection]:
    app = Chalice("probe", configure_logs=False)

    @app.route("/page", methods=["GET", "HEAD"])
    def page() -> Response:
        return Response("<p>hello</p>", headers={"Content-Type": "text/html"})

    @app.route("/cookies")
    def cookies() -> Response:
        return Response("", status_code=204, headers={"Set-Cookie": ["a=1", "b=2"]})

    @app.route("/echo", methods=["POST"], content_types=["*/*"])
    def echo() -> Response:
        request = app.current_request
        assert request is not None
        return Response(request.raw_body.decode(), headers={"Content-Type": "text/plain"})

    routes = {("GET", "/own"): lambda asked: Answer(f'"{asked.path}"')}
    server = Server(listen(0), app, routes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    yield connection
    connection.close()
    server.shutdown()
    server.server_close()


def test_head_has_the_length_of_the_page_and_no_body(door: http.client.HTTPConnection) -> None:
    door.request("HEAD", "/page")
    head = door.getresponse()
    head_body = head.read()
    door.request("GET", "/page")
    page = door.getresponse()

    assert (head.status, head_body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(page.read()))


def test_several_cookies_are_several_headers(door: http.client.HTTPConnection) -> None:
    door.request("GET", "/cookies")
    answer = door.getresponse()
    answer.read()

    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=UTF-8", "name=%E7%8E%8B&a=1"),
        ("multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n'),
        ("text/plain", "王小明"),
    ],
)
def test_bodies_arrive_as_they_were_sent(
    door: http.client.HTTPConnection, kind: str, body: str
) -> None:
    door.request("POST", "/echo", body.encode(), {"Content-Type": kind})
    answer = door.getresponse()

    assert answer.read().decode() == body


def test_a_body_beyond_the_gateways_limit_reaches_no_function(
    door: http.client.HTTPConnection,
) -> None:
    door.putrequest("POST", "/echo")
    door.putheader("Content-Length", str(MOST_BYTES + 1))
    door.endheaders()

    assert door.getresponse().status == 413


def test_local_routes_answer_for_their_paths_beside_the_app(
    door: http.client.HTTPConnection,
) -> None:
    door.request("GET", "/own/a%40b")

    assert door.getresponse().read() == b'"/own/a@b"'
