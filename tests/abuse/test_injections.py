"""What people are called and what they write stays what it is: no header, no HTML, no template, and
no way to another host."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from chalice.test import Client

from app import app
from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import Scope
from chalicelib.notify import carriers
from chalicelib.notify.carriers import Mail
from chalicelib.services import staff as staff_service
from chalicelib.store import photos
from chalicelib.web.answers import see_other
from tests.access import every_door
from tests.clocks import standing_at
from tests.full_shop import NOON, a_full_shop
from tests.people import bearer, desk_of, hired

LINES = ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "%0d%0a\r\n"]
MARKUP = "<img src=x onerror=alert(1)>\"'{{ 7*191 }}{% set x = 1 %}${7*191}"


class Ses:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.handed: dict[str, object] = {}

    def send_email(self, **mail: object) -> dict[str, str]:
        self.handed = mail
        return {"MessageId": "1"}


@pytest.mark.parametrize("line", LINES)
def test_nothing_in_a_mail_becomes_a_header_of_its_own(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ses, more = Ses(), f"Jana{line}Bcc: everybody@evil.example"
    monkeypatch.setattr(carriers, "_client", lambda _: ses)

    carriers.send_mail(
        Mail(
            sender_name=more,
            sender="acme@mail.example",
            to="jana@x.de",
            reply_to="in+acme@mail.example",
            subject=more,
            text="",
            html="",
            tags={},
            headers=[("In-Reply-To", f"<a@x.de>{line}Bcc: everybody@evil.example")],
        ),
        configuration_set="",
    )

    content = ses.handed["Content"]["Simple"]
    said = [ses.handed["FromEmailAddress"], content["Subject"]["Data"]]
    said += [header["Value"] for header in content["Headers"]]
    assert [text for text in said if len(text.splitlines()) != 1] == []


@pytest.fixture
def shop(aws: dict[str, str]) -> Iterator[dict[str, str]]:
    with standing_at(NOON):
        yield a_full_shop("acme")


@pytest.fixture
def client(shop: dict[str, str]) -> Iterator[Client]:
    with Client(app) as client:
        yield client


NO_ADDRESSES = [
    *(f"jana@x.de{line}Bcc: all@evil.example" for line in LINES),
    "jana@x.de, all@evil.example",
    "jana@x.de;all@evil.example",
    "jana@x.de>, <all@evil.example",
    '"a\r\nBcc: all@evil.example"@x.de',
    "@x.de",
    "jana@",
    "jana@x.de" + "a" * 300,
]


def test_an_address_is_one_address(client: Client) -> None:
    admin = bearer(hired(Role.ADMIN, name="Ada"))

    for mail in NO_ADDRESSES:
        asked = {"customer": {"mail": mail}, "reason": "other", "subject": "S", "text": "T"}
        taken_on = {"name": "Bo", "mail": mail, "role": "agent"}
        for path, body in {"/tickets": asked, "/staff": taken_on}.items():
            answer = client.http.post(path, headers=admin, body=json.dumps(body).encode())
            assert answer.status_code == 422, (path, mail)


def test_what_people_wrote_is_text_on_every_page_that_shows_it(client: Client) -> None:
    ada = hired(Role.ADMIN, name="Ada")
    asked = {
        "customer": {"mail": "jana@x.de", "name": MARKUP},
        "reason": "other",
        "subject": MARKUP,
        "text": MARKUP,
    }
    made = client.http.post("/tickets", headers=bearer(ada), body=json.dumps(asked).encode())
    assert made.status_code == 201
    ticket, number = made.json_body["id"], made.json_body["number"]
    session = staff_service._issue(desk_of(), ada, Scope.SESSION, label="", lifetime=None).text
    case = desk_of().link("case", ticket, NOON.replace(year=NOON.year + 1))
    cookie = {"Cookie": f"__Host-aftercare={session}"}

    for path in ("/desk/tickets", f"/desk/t/{number}", f"/c/{case}"):
        page = client.http.get(path, headers=cookie)
        told = page.body.decode()
        assert page.status_code == 200, path
        assert "<img src=x" not in told, path
        assert "1337" not in told, path
        assert "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;{{ 7*191 }}" in told, path


def test_what_somebody_typed_into_an_address_ends_no_header(client: Client) -> None:
    client.http.get("/health")

    answer = see_other("/desk/t/T-1\r\nSet-Cookie: a=b")

    assert answer.headers["Location"] == "/desk/t/T-1%0D%0ASet-Cookie%3A%20a=b"


ELSEWHERE = ["//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example"]


ASKED_WITH = ("next", "url", "to", "return", "redirect", "once", "lang", "cursor", "number")


def test_no_door_leads_to_another_host(
    client: Client, shop: dict[str, str], aws: dict[str, str]
) -> None:
    session = staff_service._issue(
        desk_of(), hired(Role.ADMIN, name="Ada"), Scope.SESSION, label="", lifetime=None
    ).text
    headers = {
        "Cookie": f"__Host-aftercare={session}",
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Referer": "https://evil.example/",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    a_photo = photos.address(aws["AFTERCARE_PHOTOS_BUCKET"], "kept/acme/pho_1/large.jpg")
    ours = ("", "desk.example", urlsplit(a_photo).netloc)
    led: list[tuple[str, str]] = []
    for turn, door in enumerate(every_door()):
        places = [
            quote(ELSEWHERE[(turn + place) % len(ELSEWHERE)], safe="")
            for place in range(len(ASKED_WITH))
        ]
        query = "&".join("=".join(asked) for asked in zip(ASKED_WITH, places, strict=True))
        for ids in ({}, shop, dict.fromkeys(shop, places[0])):
            answer = client.http.request(
                door.method, f"{door.at(**ids)}?{query}", headers=headers, body=query.encode()
            )
            where = answer.headers.get("Location", "/")
            target = urlsplit(where.replace("\\", "/"))
            if target.netloc not in ours or answer.headers.get("Refresh"):
                led.append((door.path, where))

    assert led == []
