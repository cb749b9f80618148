"""Every door, and everybody who knocks: what `docs/access.md` does not allow is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain.permissions import Role, permissions_of
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Scope, Staff, csrf_of
from chalicelib.services import links, shops
from chalicelib.services import staff as staff_service
from chalicelib.services.house import house
from chalicelib.web.app import doors as routes
from chalicelib.web.auth import Access, Public, Shopper, StaffOnly, access_of
from tests.access import Door, doors, every_door, permissions
from tests.clocks import Clock, standing_at
from tests.full_shop import NOON
from tests.people import bearer, desk_of, hired

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

SIGN_OUT = "/desk/sign-out"
LEAVES = {("POST", SIGN_OUT), ("POST", "/desk/off-shift")}
"""What ends the session it is asked with."""
PURPOSES = sorted({door.what for door in doors("link")})


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def client(aws: dict[str, str], clock: Clock) -> Iterator[Client]:
    for shop in ("acme", "globex"):
        shops.put(desk_of(shop), Configuration(name=shop.title()))
    with Client(app) as client:
        yield client


def knock(client: Client, door: Door, headers: dict[str, str], **ids: str) -> HTTPResponse:
    body = b"" if door.is_page else b"{}"
    kind = FORM if door.is_page else JSON
    return client.http.request(door.method, door.at(**ids), headers=kind | headers, body=body)


def is_unknown(door: Door, answer: HTTPResponse) -> bool:
    """Whether the caller was told that nobody knows who they are."""
    if door.is_page:
        place = answer.headers.get("Location", "")
        return answer.status_code == 303 and place.endswith("/desk/sign-in")
    return answer.status_code == 401


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    def said(access: Access) -> tuple[str, str]:
        match access:
            case Public():
                return "anybody", ""
            case Shopper(purpose):
                return "link", purpose
            case StaffOnly(permission):
                return "staff", permission or ""

    declared = {Door(method, path, *said(access_of(view))) for method, path, view in routes(app)}

    assert set(every_door()) == declared
    assert len(every_door()) == len(declared)


def test_every_role_may_do_what_its_column_says() -> None:
    assert permissions() == {role: permissions_of(role) for role in Role}


@pytest.mark.parametrize("role", Role)
def test_a_role_comes_through_its_own_doors_alone(client: Client, role: Role) -> None:
    headers, allowed = bearer(hired(role)), permissions()[role]
    wrong: list[tuple[Door, int]] = []
    for door in doors("staff"):
        answer = knock(client, door, headers)
        may = not door.what or door.what in allowed
        was_let_in = answer.status_code not in {401, 403} and not is_unknown(door, answer)
        # Signing out leads to the sign-in whoever asks.
        if may != was_let_in and door.path != SIGN_OUT:
            wrong.append((door, answer.status_code))

    assert wrong == []


@dataclass(frozen=True)
class Credentials:
    """What somebody may hold that opens nothing, by what is wrong with it."""

    admin: Staff

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        good = self._token(Scope.API)
        shop, token_id, secret = good.removeprefix("act_").split("_")
        yield "nothing", {}
        yield "an empty token", _bearer("")
        yield "another scheme", {"Authorization": f"Basic {good}"}
        yield "no scheme", {"Authorization": good}
        yield "two tokens", _bearer(f"{good},{good}")
        yield "another secret", _bearer(f"act_{shop}_{token_id}_{secret[::-1]}")
        yield "another shop", _bearer(f"act_globex_{token_id}_{secret}")
        yield "no such shop", _bearer(f"act_nowhere_{token_id}_{secret}")
        yield "another id", _bearer(f"act_{shop}_{token_id[::-1]}_{secret}")
        yield "a capital letter", _bearer(good.upper())
        yield "expired", _bearer(self._token(Scope.API, lifetime=timedelta(seconds=-1)))
        yield "revoked", _bearer(self._revoked())
        yield "of somebody who left", _bearer(self._of_somebody_gone())
        yield "a session as a token", _bearer(self._token(Scope.SESSION))
        yield "a sign-in link as a token", _bearer(self._token(Scope.SIGN_IN))
        yield "a shopper's link as a token", _bearer(_link("case"))
        yield "a token as a session", _session(good)
        yield "a sign-in link as a session", _session(self._token(Scope.SIGN_IN))
        yield "an expired session", _session(self._token(Scope.SESSION, timedelta(seconds=-1)))
        yield "a session under another name", {"Cookie": f"aftercare={self._token(Scope.SESSION)}"}

    def _token(self, scope: Scope, lifetime: timedelta | None = None) -> str:
        return staff_service._issue(desk_of(), self.admin, scope, label="", lifetime=lifetime).text

    def _revoked(self) -> str:
        issued = staff_service.issue_token(desk_of(), self.admin.id, label="", lifetime=None)
        staff_service.revoke_token(desk_of(), issued.token.id)
        return issued.text

    def _of_somebody_gone(self) -> str:
        gone = hired(Role.ADMIN, name="Ada")
        issued = staff_service.issue_token(desk_of(), gone.id, label="", lifetime=None)
        staff_service.disable(desk_of(), gone.id)
        return issued.text


def _bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def _session(text: str) -> dict[str, str]:
    return {"Cookie": f"__Host-aftercare={text}"}


def _link(purpose: str, *, ends: timedelta = timedelta(days=1), subject: str = "tkt_1") -> str:
    return desk_of().link(purpose, subject, house().now() + ends)


def test_nobody_comes_through_the_staffs_doors(client: Client) -> None:
    let_in = [
        (what, door)
        for what, headers in Credentials(hired(Role.ADMIN))
        for door in doors("staff")
        if not is_unknown(door, knock(client, door, headers))
    ]

    assert let_in == []


def test_who_is_not_known_is_not_told_whether_an_address_exists(client: Client) -> None:
    """The ticket is there; that is for who is let in to know."""
    answers = {
        (knock(client, door, {}).status_code)
        for door in doors("staff")
        if not door.is_page and "{" in door.path
    }

    assert answers == {401}


def test_a_session_changes_nothing_without_its_own_forms_token(client: Client) -> None:
    mei, li = hired(Role.ADMIN), hired(Role.ADMIN, name="Li")
    session = _signed_in(mei)
    others = csrf_of(_signed_in(li))
    let_in: list[tuple[str, Door, int]] = []
    for door in doors("staff"):
        if door.method in {"GET", "HEAD"}:
            continue
        for shown in ("", "guessed", others, csrf_of(session)[:-1], f"{csrf_of(session)} "):
            headers = _session(session) | ({"X-CSRF-Token": shown} if shown else {})
            answer = knock(client, door, headers)
            if answer.status_code != 403:
                let_in.append((shown, door, answer.status_code))

    assert let_in == []
    for door in (one for one in doors("staff") if (one.method, one.path) not in LEAVES):
        answer = knock(client, door, _session(session) | {"X-CSRF-Token": csrf_of(session)})
        assert answer.status_code not in {401, 403}, door


def test_a_signed_out_session_opens_nothing(client: Client) -> None:
    session = _signed_in(hired(Role.ADMIN))
    headers = _session(session) | {"X-CSRF-Token": csrf_of(session)}

    assert client.http.post(SIGN_OUT, headers=headers | FORM).status_code == 303
    assert all(is_unknown(door, knock(client, door, headers)) for door in doors("staff"))


def _signed_in(person: Staff) -> str:
    link = staff_service.sign_in_link(desk_of(), person.id)
    return staff_service.sign_in(desk_of(), link.partition("once=")[2]).text


def test_a_link_opens_its_own_purpose_alone(client: Client) -> None:
    wrong: list[tuple[str, Door, int]] = []
    admin = Credentials(hired(Role.ADMIN))._token(Scope.API)
    for door in doors("link"):
        good = _link(door.what)
        key, payload, signature = good.split(".")
        refused = {
            "no token": ("nothing", 404),
            "expired": (_link(door.what, ends=timedelta(0)), 410),
            "another signature": (f"{key}.{payload}.{signature[::-1]}", 404),
            "no signature": (f"{key}.{payload}.", 404),
            "another payload": (f"{key}.{payload[::-1]}.{signature}", 404),
            "another key": (f"k9.{payload}.{signature}", 404),
            "no key": (f"{payload}.{signature}", 404),
            "something after it": (f"{good}x", 404),
            "staff's own token": (admin, 404),
            "a list's cursor": (_cursor(), 404),
            **{f"for {other}": (_link(other), 404) for other in PURPOSES if other != door.what},
        }
        for what, (token, status) in refused.items():
            answer = knock(client, door, {}, token=token)
            if answer.status_code != status:
                wrong.append((what, door, answer.status_code))

    assert wrong == []


def _cursor() -> str:
    return links.sign(house(), "cursor:tickets", ["acme", {"pk": "acme#tickets"}])


def test_a_staffs_token_adds_nothing_to_a_link_and_a_bad_one_takes_nothing_away(
    client: Client,
) -> None:
    admin = bearer(hired(Role.ADMIN))
    for door in doors("link"):
        assert knock(client, door, admin, token="nothing").status_code == 404
    for door in doors("anybody"):
        with_bad = knock(client, door, _bearer("act_acme_x"), shop_id="acme")
        assert with_bad.status_code == knock(client, door, {}, shop_id="acme").status_code


def test_no_other_method_leads_anywhere(client: Client) -> None:
    known = {(door.method, door.path) for door in every_door()}
    for path in {door.path for door in every_door()}:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            if (method, path) in known:
                continue
            door = Door(method, path, "", "")
            answer = knock(client, door, {"X-HTTP-Method-Override": "GET"})
            assert answer.status_code == 405, door
