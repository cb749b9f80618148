"""Staff over HTTP: tokens, roles, signing in and out."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain import staff as rules
from chalicelib.domain.changes import Changes
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff, csrf_of
from chalicelib.handlers.desk.session import session
from chalicelib.handlers.meta import meta
from chalicelib.handlers.staff import staff
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house, real_time, set_clock
from chalicelib.settings import settings
from chalicelib.store.clients import client as client_of
from chalicelib.store.commit import Conflict
from chalicelib.web.app import AftercareApp
from tests.people import desk_of

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.usefixtures("aws")


def hired(role: Role, shop: str = "acme", name: str = "Li Wei") -> Staff:
    return staff_service.add(
        desk_of(shop),
        name=name,
        mail=f"{name.replace(' ', '.')}@{shop}.example",
        role=role,
        language="en",
        zone=None,
        phone=None,
    )


def bearer(role: Role, shop: str = "acme", name: str = "Li Wei") -> dict[str, str]:
    person = hired(role, shop, name)
    issued = staff_service.issue_token(desk_of(shop), person.id, label="till", lifetime=None)
    return {"Authorization": f"Bearer {issued.text}"}


@pytest.fixture
def client() -> Iterator[Client]:
    for shop in ("acme", "globex"):
        shops.put(desk_of(shop), Configuration(name=shop.title()))
    app = AftercareApp("staff")
    for door in (meta, session, staff):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


@pytest.fixture
def clock() -> Iterator[dict[str, timedelta]]:
    """Time that a test may move on: `clock["ahead"] = ...`."""
    ahead = {"ahead": timedelta(0)}

    def now() -> datetime:
        return real_time() + ahead["ahead"]

    set_clock(now)
    yield ahead
    set_clock(real_time)


def new_colleague(client: Client, headers: dict[str, str], **more: str) -> HTTPResponse:
    body = b'{"name": "Ada", "mail": "Ada@Acme.example", "role": "agent"}'
    return client.http.post("/staff", body=body, headers=JSON | headers | more)


def test_nobody_comes_in_without_a_good_token(client: Client) -> None:
    good = bearer(Role.AGENT)["Authorization"]
    refusals = {
        "": "no-token",
        "Basic abc": "no-token",
        "Bearer act_acme_x": "unknown-token",
        good[:-1] + ("0" if good[-1] != "0" else "1"): "unknown-token",
        good.replace("act_acme", "act_globex"): "unknown-token",
    }

    for header, reason in refusals.items():
        answer = client.http.get("/staff/me", headers={"Authorization": header} if header else {})
        assert (answer.status_code, answer.json_body["reason"]) == (401, reason)
    assert client.http.get("/staff/me", headers={"Authorization": good}).status_code == 200


def test_a_role_does_what_its_permissions_say(client: Client) -> None:
    agent = bearer(Role.AGENT)

    refused = new_colleague(client, agent)

    assert (refused.status_code, refused.json_body["permission"]) == (403, "staff.manage")
    assert client.http.get("/staff", headers=agent).status_code == 200


def test_somebody_new_works_with_a_token_that_is_shown_once(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    ada = new_colleague(client, admin)
    assert ada.status_code == 201
    assert ada.headers["Location"].endswith(f"/staff/{ada.json_body['id']}")
    assert ada.headers["ETag"] == '"1"'

    path = f"/staff/{ada.json_body['id']}/tokens"
    ask: dict[str, Any] = {"body": b'{"label": "till", "days": 30}'}
    first = client.http.post(path, headers=JSON | admin | {"Idempotency-Key": "k1"}, **ask)
    again = client.http.post(path, headers=JSON | admin | {"Idempotency-Key": "k1"}, **ask)

    text = first.json_body["token"]
    me = client.http.get("/staff/me", headers={"Authorization": f"Bearer {text}"})
    assert (me.json_body["id"], me.json_body["mail"]) == (ada.json_body["id"], "ada@acme.example")
    assert (again.status_code, again.json_body["id"]) == (201, first.json_body["id"])
    assert again.json_body["token"] is None
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_with_another_request_is_refused(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    key = {"Idempotency-Key": "k1"}
    made = new_colleague(client, admin, **key)

    same = new_colleague(client, admin, **key)
    other = client.http.post(
        "/staff",
        body=b'{"name": "Bob", "mail": "bob@acme.example", "role": "agent"}',
        headers=JSON | admin | key,
    )

    assert same.json_body == made.json_body
    assert other.status_code == 422
    assert other.json_body["type"].endswith("/problems/idempotency-key-reused")


def test_a_mail_address_belongs_to_one(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    new_colleague(client, admin)

    answer = new_colleague(client, admin)

    assert (answer.status_code, answer.json_body["field"]) == (422, "mail")


def test_two_who_take_on_one_address_at_once_do_not_both_succeed(client: Client) -> None:
    def taking_on(name: str) -> Changes[Staff]:
        return rules.add(
            "acme",
            name=name,
            mail="ada@acme.example",
            mail_key="the hash of it",
            role=Role.AGENT,
            language="en",
            zone=None,
            phone=None,
            new_id=house().new_id,
            at=house().now(),
        )

    first, second = taking_on("Ada"), taking_on("Ada Byron")

    desk_of("acme").commit(first)
    with pytest.raises(Conflict):
        desk_of("acme").commit(second)


def test_a_decision_on_an_older_version_is_refused(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    path = f"/staff/{hired(Role.AGENT, name='Ada').id}/disable"

    def press(tag: str) -> int:
        return client.http.post(path, headers=admin | {"If-Match": tag}).status_code

    assert [press('"7"'), press("7"), press('"1"'), press('"1"')] == [412, 400, 200, 412]


def test_revoking_and_disabling_take_effect_at_once(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    ada, bob = hired(Role.AGENT, name="Ada"), hired(Role.AGENT, name="Bob")
    tokens = [
        staff_service.issue_token(desk_of("acme"), one.id, label="", lifetime=None)
        for one in (ada, bob)
    ]

    def reasons() -> list[str]:
        answers = [
            client.http.get("/staff/me", headers={"Authorization": f"Bearer {one.text}"})
            for one in tokens
        ]
        return [answer.json_body.get("reason", "in") for answer in answers]

    assert reasons() == ["in", "in"]
    assert client.http.delete(f"/tokens/{tokens[0].token.id}", headers=admin).status_code == 204
    assert client.http.post(f"/staff/{bob.id}/disable", headers=admin).status_code == 200
    assert reasons() == ["revoked", "revoked"]


def test_another_shops_staff_do_not_exist(client: Client) -> None:
    admin = bearer(Role.ADMIN)
    stranger = hired(Role.AGENT, shop="globex")

    assert client.http.post(f"/staff/{stranger.id}/disable", headers=admin).status_code == 404


def test_the_list_goes_on_with_its_own_cursor_only(client: Client) -> None:
    admin = bearer(Role.ADMIN, name="Ada")
    foreign = bearer(Role.ADMIN, shop="globex", name="Zoe")
    for name in ("Bob", "Cleo"):
        hired(Role.AGENT, name=name)

    first = client.http.get("/staff?limit=2", headers=admin).json_body
    cursor = first["next"]
    second = client.http.get(f"/staff?limit=2&cursor={cursor}", headers=admin).json_body

    assert [one["name"] for one in first["items"] + second["items"]] == ["Ada", "Bob", "Cleo"]
    assert second["next"] is None
    for headers, given in [(foreign, cursor), (admin, cursor[:-2]), (admin, "k1.x.y")]:
        answer = client.http.get(f"/staff?cursor={given}", headers=headers)
        assert (answer.status_code, answer.json_body["field"]) == (400, "cursor")


def once_of(person: Staff) -> str:
    link = staff_service.sign_in_link(desk_of(person.shop), person.id)
    return parse_qs(urlsplit(link).query)["once"][0]


def press(client: Client, path: str, form: str, **headers: str) -> HTTPResponse:
    return client.http.post(path, body=form.encode(), headers=FORM | headers)


def signed_in(client: Client, person: Staff) -> dict[str, str]:
    answer = press(client, "/desk/session", f"once={once_of(person)}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}


def test_a_link_is_spent_by_pressing_not_by_looking(client: Client) -> None:
    once = once_of(hired(Role.AGENT))

    for _ in range(3):
        client.http.head(f"/desk/sign-in?once={once}")
        page = client.http.get(f"/desk/sign-in?once={once}")
        assert (page.status_code, "Set-Cookie" in page.headers) == (200, False)
    first = press(client, "/desk/session", f"once={once}")
    second = press(client, "/desk/session", f"once={once}")

    assert (first.status_code, second.status_code) == (303, 410)
    assert "Set-Cookie" not in second.headers
    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith("__Host-aftercare=act_acme_")
    assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_link_is_over_after_a_quarter_of_an_hour(
    client: Client, clock: dict[str, timedelta]
) -> None:
    once = once_of(hired(Role.AGENT))
    clock["ahead"] = timedelta(minutes=15)

    assert press(client, "/desk/session", f"once={once}").status_code == 410


def test_another_site_cannot_sign_somebody_in(client: Client) -> None:
    once = once_of(hired(Role.AGENT))
    foreign = press(client, "/desk/session", f"once={once}", **{"Sec-Fetch-Site": "cross-site"})

    assert foreign.status_code == 403


def test_a_session_reads_freely_and_writes_only_from_our_own_forms(client: Client) -> None:
    session = signed_in(client, hired(Role.ADMIN))
    ada = hired(Role.AGENT, name="Ada")
    assert client.http.get("/staff/me", headers=session).status_code == 200

    bare = press(client, f"/staff/{ada.id}/disable", "", **session)
    wrong = press(client, f"/staff/{ada.id}/disable", "csrf=0", **session)
    assert (bare.status_code, wrong.status_code) == (403, 403)
    assert bare.json_body["reason"] == "csrf"

    token = csrf_of(session["Cookie"].partition("=")[2])
    ours = press(client, f"/staff/{ada.id}/disable", f"csrf={token}", **session)
    assert ours.status_code == 200


def test_signing_out_ends_the_session_everywhere(client: Client) -> None:
    session = signed_in(client, hired(Role.AGENT))
    token = csrf_of(session["Cookie"].partition("=")[2])

    out = press(client, "/desk/sign-out", f"csrf={token}", **session)

    assert out.headers["Location"] == "/desk/sign-in"
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert client.http.get("/staff/me", headers=session).json_body["reason"] == "revoked"


def test_a_session_token_is_no_bearer_token(client: Client) -> None:
    session = signed_in(client, hired(Role.AGENT))
    text = session["Cookie"].partition("=")[2]

    answer = client.http.get("/staff/me", headers={"Authorization": f"Bearer {text}"})

    assert answer.json_body["reason"] == "unknown-token"


def test_asking_for_a_link_says_the_same_for_everybody(client: Client) -> None:
    person = hired(Role.AGENT)
    answers = [
        press(client, "/desk/sign-in", f"shop=acme&mail={mail}")
        for mail in (person.mail, "nobody@acme.example")
    ]

    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, "/desk/sign-in?sent=1")
    }
    due = client_of("dynamodb").scan(TableName=settings().agenda_table)["Items"]
    assert [kind for entry in due if (kind := entry["kind"]["S"]) == "message.send"] == [
        "message.send"
    ]


def test_asking_for_links_slows_down_for_everybody_alike(client: Client) -> None:
    known = hired(Role.AGENT).mail
    for mail in (known, "nobody@acme.example"):
        answers = [press(client, "/desk/sign-in", f"shop=acme&mail={mail}") for _ in range(6)]
        assert [one.status_code for one in answers] == [303] * 5 + [429]


def test_the_sign_in_form_comes_back_with_what_was_typed(client: Client) -> None:
    empty = client.http.get("/desk/sign-in?shop=acme")
    wrong = press(client, "/desk/sign-in", "shop=globex&mail=")
    sent = client.http.get("/desk/sign-in?sent=1")

    assert 'value="acme"' in empty.body.decode()
    assert wrong.status_code == 422
    assert 'value="globex"' in wrong.body.decode()
    assert 'href="#mail"' in wrong.body.decode()
    assert "<form" not in sent.body.decode()


def test_a_page_of_the_staff_leads_to_signing_in(client: Client) -> None:
    answer = press(client, "/desk/sign-out", "")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_api_describes_itself(client: Client) -> None:
    api = client.http.get("/openapi.json").json_body
    operation = api["paths"]["/staff"]["post"]

    assert api["openapi"] == "3.1.0"
    assert operation["x-permission"] == "staff.manage"
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/NewStaff"}
    assert "/desk/sign-in" not in api["paths"]
    for reference in re.findall(r'"#/components/schemas/(\w+)"', str(api).replace("'", '"')):
        assert reference in api["components"]["schemas"]


def test_the_pages_about_the_service_are_there(client: Client) -> None:
    docs = client.http.get("/docs")
    problem = client.http.get("/problems/stale")
    unknown = client.http.get("/problems/strange")

    assert "/staff/{staff_id}/tokens" in docs.body.decode()
    assert "style=" not in docs.body.decode()
    assert "<script" not in docs.body.decode()
    assert "412" in problem.body.decode()
    assert unknown.status_code == 404
    assert client.http.get("/health").json_body == {"status": "ok"}
    assert b"Disallow: /" in client.http.get("/robots.txt").body


def test_a_static_file_is_kept_for_ever_under_its_hashed_name(client: Client) -> None:
    from chalicelib.pages import static_url

    link = urlsplit(static_url("slip.css")).path
    found = client.http.get(link)

    assert found.status_code == 200
    assert "immutable" in found.headers["Cache-Control"]
    assert client.http.get("/static/slip.css").status_code == 404
    font = static_url("atkinson-hyperlegible-mono-latin-400-normal.woff2")
    assert client.http.get(font, headers={"Accept": "*/*"}).body.startswith(b"wOF2")


def test_the_sign_in_does_not_tell_which_shops_there_are(client: Client) -> None:
    def asked(shop: str) -> list[tuple[int, str, str]]:
        form = f"shop={shop}&mail=nobody@acme.example"
        answers = [press(client, "/desk/sign-in", form) for _ in range(6)]
        return [
            (one.status_code, one.headers.get("Location", ""), one.headers.get("Retry-After", ""))
            for one in answers
        ]

    known, unknown = asked("acme"), asked("nowhere")
    token = f"{'0' * 52}_{'0' * 64}"
    spent = [
        press(client, "/desk/session", f"once=act_{shop}_{token}") for shop in ("acme", "nowhere")
    ]

    assert known == unknown
    assert [status for status, *_ in known] == [303] * 5 + [429]
    assert [one.status_code for one in spent] == [410, 410]


def test_a_shop_typed_with_capitals_is_the_same_shop(client: Client) -> None:
    person = hired(Role.AGENT)

    answer = press(client, "/desk/sign-in", f"shop=ACME&mail={person.mail}")
    impossible = press(client, "/desk/sign-in", f"shop=Acme+Shop&mail={person.mail}")

    assert answer.headers["Location"] == "/desk/sign-in?sent=1"
    due = client_of("dynamodb").scan(TableName=settings().agenda_table)["Items"]
    assert "message.send" in {entry["kind"]["S"] for entry in due}
    assert impossible.status_code == 422
    assert "only letters, digits and hyphens" in impossible.body.decode()


def test_trouble_at_the_desk_is_said_in_words_for_the_staff(client: Client) -> None:
    for _ in range(6):
        slow = press(client, "/desk/sign-in", "shop=acme&mail=nobody@acme.example")
    old = press(client, "/desk/sign-out", "csrf=0", **signed_in(client, hired(Role.AGENT)))

    for answer, status, way in ((slow, 429, "/desk/sign-in"), (old, 403, "/desk")):
        assert answer.status_code == status
        assert "from our mail" not in answer.body.decode()
        assert f'href="{way}"' in answer.body.decode()
