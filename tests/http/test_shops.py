"""A shop's configuration over HTTP: whole, versioned, and refused field by field."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.shops import shops as shops_door
from chalicelib.services import shops
from chalicelib.web.app import AftercareApp
from tests.people import bearer, desk_of, hired

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("shops")
    app.register_blueprint(shops_door)
    with Client(app) as client:
        yield client


@pytest.fixture
def admin(client: Client) -> dict[str, str]:
    return bearer(hired(Role.ADMIN))


def put(client: Client, headers: dict[str, str], **wanted: Any) -> HTTPResponse:
    return client.http.request(
        "PUT", "/shops/acme", headers=headers, body=json.dumps({"name": "Acme", **wanted}).encode()
    )


def test_what_was_read_may_be_put_back_by_who_saw_the_newest(
    client: Client, admin: dict[str, str]
) -> None:
    seen = client.http.get("/shops/acme", headers=admin)
    kept = {k: v for k, v in seen.json_body.items() if k not in ("id", "version")}
    mine = admin | {"If-Match": seen.headers["ETag"]}

    first = put(client, mine, **kept | {"name": "Acme Home"})
    second = put(client, mine, **kept | {"name": "Acme Garden"})

    assert (first.status_code, first.json_body["version"]) == (200, 2)
    assert (second.status_code, second.json_body["version"]) == (412, 2)
    assert client.http.get("/shops/other", headers=admin).status_code == 404


def test_each_wrong_field_of_a_policy_is_named(client: Client, admin: dict[str, str]) -> None:
    answer = put(
        client,
        admin,
        name="Acme\r\nBcc: eve@example.com",
        zone="Mars/Phobos",
        languages=["en", "de\r\nX: y"],
        sla={"normal": {"first_response": -5, "next_reply": 60, "resolution": 60}},
        surveys={"nonsense": 1},
    )

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json_body["errors"]} == {
        "name",
        "zone",
        "languages.1",
        "sla.normal.first_response",
        "surveys.nonsense",
    }
    reasons = {one["field"]: one["reason"] for one in answer.json_body["errors"]}
    assert reasons["zone"] == "an IANA time zone, such as Europe/Berlin"
