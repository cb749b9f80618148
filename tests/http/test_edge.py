"""What is true of every request, whichever route it is for."""

import json
import string
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from chalice.app import Blueprint, Response
from chalice.test import Client, HTTPResponse

from chalicelib.domain.errors import NotAllowed, TooMany
from chalicelib.domain.events import ActorKind
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.logs import log
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house
from chalicelib.settings import settings
from chalicelib.store.commit import Busy
from chalicelib.web.answers import see_other
from chalicelib.web.app import AftercareApp, Failed, doors
from chalicelib.web.auth import access_of, desk, desk_at, opened, public, shopper
from chalicelib.web.errors import PROBLEMS
from chalicelib.web.operations import description_of, operation, webpage
from tests.notices import brought, notice
from tests.people import desk_of

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


probe = Blueprint(__name__)


def answered(code: str) -> Any:
    return {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}


@probe.route("/echo/{name}", methods=["GET", "POST"])
@public
@operation("Say it back")
def echo(name: str) -> Response:
    return Response({"name": name})


@probe.route("/refuse/{how}")
@public
@operation("Refuse")
def refuse(how: str) -> Response:
    match how:
        case "slow":
            raise TooMany("Too fast.", retry_after=7)
        case "state":
            raise NotAllowed("It is closed.", field="status", number="T-7KQ4-XMK")
        case "throttled":
            raise ClientError(answered("ThrottlingException"), "Query")
        case "conflict":
            raise ClientError(answered("TransactionConflictException"), "UpdateItem")
        case "busy":
            raise Busy("the table is busy")
        case _:
            raise ValueError("li@acme.example is in these words")


@probe.route("/page/{how}")
@public
@webpage("/page")
def refuse_page(how: str) -> Response:
    raise NotAllowed(f"It is {how}.")


@probe.route("/hire/{shop_id}", methods=["POST"])
@public
@webpage("/hired/{shop_id}/{id}")
def hire(shop_id: str) -> Response:
    made = staff_service.add(
        desk_at(shop_id, ActorKind.SYSTEM),
        name="Ada",
        mail="ada@acme.example",
        role=Role.AGENT,
        language="en",
        zone=None,
        phone=None,
    )
    return see_other(f"/hired/{shop_id}/{made.id}")


@probe.route("/case/{token}")
@shopper("case")
@operation("What a link is about")
def case(token: str) -> Response:
    return Response({"subject": opened().subject, "actor": str(desk().actor)})


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What was written to the log."""
    handler: Any = log().registered_handler
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def client() -> Iterator[Client]:
    app = AftercareApp("probe")
    app.register_blueprint(probe)
    with Client(app) as client:
        yield client


def header(response: HTTPResponse, name: str) -> str:
    return {key.lower(): value for key, value in response.headers.items()}[name.lower()]


def post(client: Client, sent: str, **headers: str) -> HTTPResponse:
    return client.http.post("/echo/x", body=sent.encode(), headers=JSON | headers)


def test_every_answer_carries_the_security_headers_and_a_request_id(client: Client) -> None:
    answers = [
        client.http.get("/echo/a"),
        client.http.get("/refuse/state"),
        client.http.get("/refuse/broken"),
        client.http.delete("/echo/a"),
    ]

    for answer in answers:
        assert header(answer, "Cache-Control") == "no-store"
        assert header(answer, "X-Content-Type-Options") == "nosniff"
        assert header(answer, "Referrer-Policy") == "no-referrer"
        assert header(answer, "X-Robots-Tag") == "noindex"
        assert "max-age=" in header(answer, "Strict-Transport-Security")
        policy = header(answer, "Content-Security-Policy")
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert len(header(answer, "X-Request-Id")) >= 8
        assert not any(name.lower().startswith("access-control") for name in answer.headers)
    assert len({header(answer, "X-Request-Id") for answer in answers}) == len(answers)


@pytest.mark.parametrize("given", ["short", "a b\r\nSet-Cookie", "x" * 129])
def test_only_a_plain_request_id_is_kept(client: Client, given: str) -> None:
    plain = client.http.get("/refuse/state", headers={"X-Request-Id": "order-42.retry_1"})
    other = client.http.get("/refuse/state", headers={"X-Request-Id": given})

    assert header(plain, "X-Request-Id") == "order-42.retry_1"
    assert header(other, "X-Request-Id") != given
    assert other.json_body["instance"].endswith(header(other, "X-Request-Id"))


def test_a_refusal_is_a_problem_document(client: Client) -> None:
    answer = client.http.get("/refuse/state")

    assert answer.status_code == 409
    assert header(answer, "Content-Type") == "application/problem+json"
    assert answer.json_body == {
        "type": f"{settings().public_url}/problems/not-allowed-now",
        "title": "Not possible now",
        "status": 409,
        "detail": "It is closed.",
        "instance": f"urn:aftercare:request:{header(answer, 'X-Request-Id')}",
        "field": "status",
        "number": "T-7KQ4-XMK",
    }
    assert header(client.http.get("/refuse/slow"), "Retry-After") == "7"


@pytest.mark.parametrize("how", ["throttled", "conflict", "busy"])
def test_a_store_that_is_busy_is_told_apart_from_our_faults(client: Client, how: str) -> None:
    answer = client.http.get(f"/refuse/{how}")

    assert (answer.status_code, header(answer, "Retry-After")) == (503, "1")


@pytest.mark.usefixtures("aws")
def test_a_form_posted_twice_leads_to_what_it_made_once(client: Client) -> None:
    shops.put(desk_of("acme"), Configuration(name="Acme"))

    def press(path: str, key: str) -> HTTPResponse:
        return client.http.post(path, body=f"idempotency_key={key}".encode(), headers=FORM)

    first, second, third = press("/hire/acme", "a"), press("/hire/acme", "a"), press("/hire/b", "a")

    assert (first.status_code, second.status_code, third.status_code) == (303, 303, 404)
    assert header(first, "Location") == header(second, "Location")


@pytest.mark.usefixtures("aws")
def test_a_link_opens_its_own_purpose_until_its_time(client: Client) -> None:
    acme, now = desk_of("acme"), house().now()
    good = acme.link("case", "tkt_1", now + timedelta(days=1))
    old = acme.link("case", "tkt_1", now - timedelta(seconds=1))
    other = acme.link("survey", "tkt_1", now + timedelta(days=1))

    told = client.http.get(f"/case/{good}").json_body
    assert told == {"subject": "tkt_1", "actor": "customer"}
    # Base64 has room for other letters at the end that hold the same signature.
    letters = string.ascii_letters + string.digits + "-_"
    changed = [good[:-1] + letter for letter in letters if letter != good[-1]]
    wrong = (old, other, good[:-2], good + "=", *changed)
    refused = [client.http.get(f"/case/{link}").status_code for link in wrong]
    assert refused == [410, *[404] * (len(wrong) - 1)]


def test_what_is_longer_than_any_name_of_ours_is_not_there(client: Client) -> None:
    names = ["a" * 512, "a" * 513, "%E6%9D%8E" * 171]

    assert [client.http.get(f"/echo/{name}").status_code for name in names] == [200, 404, 404]


def test_a_refusal_on_a_page_is_a_page_in_the_readers_language(client: Client) -> None:
    answer = client.http.get("/page/closed", headers={"Accept-Language": "en"})

    assert answer.status_code == 409
    assert header(answer, "Content-Type").startswith("text/html")
    assert "As things stand, this is not possible." in answer.body.decode()
    assert header(answer, "X-Request-Id") in answer.body.decode()


def test_a_failure_of_ours_tells_neither_the_caller_nor_the_log_its_words(
    client: Client, logged: StringIO
) -> None:
    answer = client.http.get("/refuse/broken")

    assert answer.status_code == 500
    assert answer.json_body["type"].endswith("/problems/broken")
    assert "li@acme.example" not in answer.body.decode() + logged.getvalue()
    assert "builtins.ValueError" in logged.getvalue()


@pytest.mark.usefixtures("aws")
def test_what_breaks_in_a_function_leaves_it_without_its_words(logged: StringIO) -> None:
    from app import app

    report = {"eventType": "Send", "mail": {"tags": {"shop": ["acme"], "message": ["out_1"]}}}
    report["mail"]["timestamp"] = "li@acme.example"
    event = brought(notice(settings().mail_topic, report))

    with Client(app) as client, pytest.raises(Failed) as failed:
        client.lambda_.invoke("mail_event", event)

    assert str(failed.value) == "ValueError"
    assert failed.value.__suppress_context__
    assert "li@acme.example" not in logged.getvalue()
    assert "builtins.ValueError" in logged.getvalue()
    assert "feedback.py" in logged.getvalue()


def test_what_an_address_calls_a_shop_is_logged_only_if_it_could_be_one(
    client: Client, logged: StringIO
) -> None:
    client.http.post("/hire/li@acme.example", headers=FORM)

    assert "li@acme.example" not in logged.getvalue()


def test_the_log_is_one_line_with_the_route_and_nothing_that_was_sent(
    client: Client, logged: StringIO
) -> None:
    post(client, '{"name": "Li Wei"}', **{"X-Request-Id": "request-1"})

    (line,) = logged.getvalue().splitlines()
    told = json.loads(line)
    assert told.pop("ms") >= 0
    assert told.keys() - {"timestamp", "location"} == {
        "level", "service", "message", "method", "route", "status", "request_id", "shop",
        "staff", "about",
    }  # fmt: skip
    assert "Li Wei" not in line
    assert (
        told
        | {
            "message": "request",
            "method": "POST",
            "route": "/echo/{name}",
            "status": 200,
            "request_id": "request-1",
            "shop": "",
            "staff": "",
            "about": "",
        }
        == told
    )


def test_path_parameters_arrive_decoded(client: Client) -> None:
    assert client.http.get("/echo/a%2Fb%20%E6%9D%8E").json_body["name"] == "a/b 李"


def test_head_is_get_without_a_body(client: Client) -> None:
    answer = client.http.head("/echo/a")

    assert (answer.status_code, answer.body) == (200, b"")


def test_an_unknown_method_is_a_problem_that_lists_the_known(client: Client) -> None:
    answer = client.http.delete("/echo/a")

    assert answer.status_code == 405
    assert answer.json_body["type"].endswith("/problems/method-not-allowed")
    assert set(header(answer, "Allow").split(", ")) == {"GET", "HEAD", "POST"}


def test_a_body_over_the_limit_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_MAX_BODY_BYTES", "20")
    settings.cache_clear()
    try:
        answer = post(client, '{"name": "a long name indeed"}')
    finally:
        monkeypatch.undo()
        settings.cache_clear()

    assert answer.status_code == 413
    assert answer.json_body["limit"] == 20


def test_a_route_must_say_who_may_call_it_and_what_it_does() -> None:
    app = AftercareApp("probe")

    def silent() -> None: ...

    with pytest.raises(TypeError, match="who may call it"):
        app.route("/silent")(silent)
    with pytest.raises(TypeError, match="neither an operation nor a webpage"):
        app.route("/silent")(public(silent))
    with pytest.raises(TypeError, match="twice"):
        public(silent)


def test_every_route_of_the_app_says_both() -> None:
    from app import app

    for _, _, view in doors(app):
        assert access_of(view)
        assert description_of(view)


def test_every_kind_of_problem_has_a_name_of_its_own() -> None:
    slugs = [row.slug for row in PROBLEMS.values()]

    assert len(slugs) == len(set(slugs))
    assert all(400 <= row.status < 600 for row in PROBLEMS.values())
