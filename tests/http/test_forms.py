"""Bodies and queries: what is read, what is refused, and which field is named."""

import json
from collections.abc import Iterator

import pytest
from chalice.app import Blueprint, Response
from chalice.test import Client, HTTPResponse
from pydantic import Field

from chalicelib.web.app import AftercareApp
from chalicelib.web.auth import public
from chalicelib.web.forms import Body, body, query
from chalicelib.web.operations import operation

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Line(Body):
    id: str
    quantity: int = Field(gt=0)


class Order(Body):
    name: str
    tags: list[str] = []
    lines: list[Line] = []
    note: str | None = None


class Wanted(Body):
    limit: int = 10


probe = Blueprint(__name__)


@probe.route("/orders", methods=["POST"])
@public
@operation("Say it back", takes=Order)
def say_back() -> Response:
    return Response(body(Order).model_dump())


@probe.route("/orders", methods=["GET"])
@public
@operation("Say how many", query=Wanted)
def say_how_many() -> Response:
    return Response({"limit": query(Wanted).limit})


@pytest.fixture
def client() -> Iterator[Client]:
    app = AftercareApp("forms")
    app.register_blueprint(probe)
    with Client(app) as client:
        yield client


def post(client: Client, sent: bytes | str, headers: dict[str, str]) -> HTTPResponse:
    raw = sent.encode() if isinstance(sent, str) else sent
    return client.http.post("/orders", body=raw, headers=headers)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b'{"name": "a", "name": "b"}',
        b'{"name": "\xff"}',
        b'{"name": NaN}',
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
    ],
    ids=["empty", "cut", "key twice", "not utf-8", "nan", "deep", "very deep"],
)
def test_what_is_not_json_is_malformed(client: Client, sent: bytes) -> None:
    answer = post(client, sent, JSON)

    assert (answer.status_code, answer.json_body["field"]) == (400, "body")


def test_a_content_type_we_do_not_read_is_415(client: Client) -> None:
    assert post(client, "<a/>", {"Content-Type": "text/xml"}).status_code == 415


def test_each_wrong_field_is_named_with_its_reason(client: Client) -> None:
    sent = '{"lines": [{"id": "a", "quantity": 0}], "surprise": 1}'
    answer = post(client, sent, JSON)

    assert answer.status_code == 422
    codes = {one["field"]: one["code"] for one in answer.json_body["errors"]}
    assert codes == {
        "name": "missing",
        "lines.0.quantity": "greater_than",
        "surprise": "extra_forbidden",
    }
    assert client.http.get("/orders?limit=many").json_body["errors"][0]["field"] == "limit"


def test_json_form_and_multipart_mean_the_same(client: Client) -> None:
    told = [
        post(
            client,
            json.dumps(
                {
                    "name": "Zoë 李",
                    "tags": ["gift"],
                    "lines": [{"id": "a", "quantity": 2}, {"id": "b", "quantity": 1}],
                }
            ),
            JSON,
        ),
        post(
            client,
            "name=Zo%C3%AB+%E6%9D%8E&tags=gift&note=&csrf=x&lines.0.id=a&lines.0.quantity=2"
            "&lines.1.id=b&lines.1.quantity=1",
            FORM,
        ),
        post(
            client,
            "".join(
                f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, value in [
                    ("name", "Zoë 李"),
                    ("tags", "gift"),
                    ("lines.0.id", "a"),
                    ("lines.0.quantity", "2"),
                    ("lines.1.id", "b"),
                    ("lines.1.quantity", "1"),
                ]
            )
            + "--edge--\r\n",
            {"Content-Type": "multipart/form-data; boundary=edge"},
        ),
    ]

    assert [one.status_code for one in told] == [200, 200, 200]
    assert told[0].json_body == told[1].json_body == told[2].json_body


def test_a_file_in_a_form_is_refused(client: Client) -> None:
    sent = (
        '--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\nbytes\r\n--edge--\r\n"
    )
    answer = post(client, sent, {"Content-Type": "multipart/form-data; boundary=edge"})

    assert (answer.status_code, answer.json_body["field"]) == (400, "photo")


def test_a_field_that_is_a_value_and_a_group_is_malformed(client: Client) -> None:
    for sent in ("lines=1&lines.0.id=a", "lines.0.id=a&lines.0=1"):
        assert post(client, sent, FORM).status_code == 400
