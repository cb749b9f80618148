"""The people's pages: taking on, changing, seeing off, and sending somebody a link."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Configuration
from chalicelib.domain.staff import Staff
from chalicelib.handlers.desk.me import me
from chalicelib.handlers.desk.settings.people import people
from chalicelib.locales import languages
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services import tickets as ticket_service
from chalicelib.services.ticket_work import assign
from chalicelib.settings import settings
from chalicelib.store.clients import client as client_of
from chalicelib.web.app import AftercareApp
from tests.browser import Browser
from tests.cases import a_question
from tests.people import desk_of, hired

pytestmark = pytest.mark.usefixtures("aws")

PLACE = "/desk/settings/people"
ADA = {"name": "Ada", "mail": "Ada@Acme.example", "role": "agent", "language": "en", "phone": ""}


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    app = AftercareApp("people")
    for door in (people, me):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


@pytest.fixture
def mei(client: Client) -> Browser:
    return Browser(client, Role.ADMIN)


def stored(one: Staff) -> Staff:
    return desk_of().get(Staff, one.id)


def test_the_list_masks_addresses_and_says_what_each_role_may_do(mei: Browser) -> None:
    hired(Role.RETURNS_SPECIALIST, name="Zoe")

    page = mei.get(PLACE).body.decode()

    assert "zoe.returns_specialist@acme.example" not in page
    assert "z…@acme.example" in page
    assert "Returns specialist" in page
    assert "Settle returns and refund" in page


def test_somebody_is_taken_on_once_however_often_it_is_pressed(mei: Browser) -> None:
    first, second = (mei.post(PLACE, idempotency_key="k1", **ADA) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    page = mei.get(first.headers["Location"]).body.decode()
    assert "ada@acme.example" in page


@pytest.mark.parametrize("language", languages())
def test_the_pages_are_read_in_every_language_there_is(mei: Browser, language: str) -> None:
    taken_on = mei.post(PLACE, **(ADA | {"language": language}))
    chosen = mei.post("/desk/me", language=language, zone="")

    assert (taken_on.status_code, chosen.status_code) == (303, 303)
    assert stored(mei.person).language == language
    assert f'<html lang="{language}"' in mei.get("/desk/me").body.decode()
    assert mei.post("/desk/me", language="xx", zone="").status_code == 422


def test_what_is_wrong_with_somebody_new_is_said_and_kept(mei: Browser) -> None:
    mei.post(PLACE, **ADA)
    taken, empty = mei.post(PLACE, **ADA), mei.post(PLACE, **(ADA | {"name": "", "mail": "ada"}))

    assert (taken.status_code, empty.status_code) == (422, 422)
    assert "Somebody has this mail address already." in taken.body.decode()
    assert 'value="Ada@Acme.example"' in taken.body.decode()
    assert "Please write a name" in empty.body.decode()
    assert "This is not a mail address." in empty.body.decode()


def test_name_role_and_phone_are_changed_and_told(mei: Browser) -> None:
    zoe = hired(Role.AGENT, name="Zoe")

    done = mei.post(f"{PLACE}/{zoe.id}", seen="1", name="Zoë", role="manager", phone="+49301")

    assert done.status_code == 303
    now = stored(zoe)
    assert (now.name, now.role, now.phone) == ("Zoë", Role.MANAGER, "+49301")
    (event, *_), _ = desk_of().history(zoe.id, limit=1)
    assert (event.type, event.data) == (
        "staff.changed",
        {"fields": ["name", "role", "phone"], "role": "manager"},
    )


def test_a_form_too_late_changes_nobody(mei: Browser) -> None:
    zoe = hired(Role.AGENT, name="Zoe")
    mei.post(f"{PLACE}/{zoe.id}", seen="1", name="Zoë", role="agent", phone="")

    late = mei.post(f"{PLACE}/{zoe.id}", seen="1", name="Zoe B", role="analyst", phone="")

    assert late.status_code == 412
    assert 'value="Zoe B"' in late.body.decode()
    assert stored(zoe).name == "Zoë"


def test_the_last_who_manages_the_staff_stays(mei: Browser) -> None:
    me = mei.person

    role = mei.post(f"{PLACE}/{me.id}", name=me.name, role="manager", phone="")
    leaving = mei.post(f"{PLACE}/{me.id}/leaving", seen="1")

    assert (role.status_code, leaving.status_code) == (409, 409)
    assert "Make somebody else an admin first." in role.body.decode()
    assert (stored(me).role, stored(me).disabled_at) == (Role.ADMIN, None)
    hired(Role.ADMIN, name="Ada")
    assert mei.post(f"{PLACE}/{me.id}", name=me.name, role="manager", phone="").status_code == 303


def test_before_somebody_leaves_it_is_said_what_they_still_owe(mei: Browser) -> None:
    zoe = hired(Role.AGENT, name="Zoe")
    ticket = ticket_service.open_ticket(desk_of(), a_question())
    assign(desk_of(), ticket.id, zoe.id)

    asked = mei.get(f"{PLACE}/{zoe.id}/leaving").body.decode()
    gone = mei.post(f"{PLACE}/{zoe.id}/leaving", seen="1")

    assert "still in their name:" in asked
    assert gone.status_code == 303
    assert stored(zoe).disabled_at is not None
    assert "Nothing of theirs opens the desk." in mei.get(f"{PLACE}/{zoe.id}").body.decode()


def test_a_sign_in_link_is_sent_but_to_nobody_who_left(mei: Browser) -> None:
    zoe, gone = hired(Role.AGENT, name="Zoe"), hired(Role.AGENT, name="Yan")
    staff_service.disable(desk_of(), gone.id)

    for one in (zoe, gone):
        sent = mei.post(f"{PLACE}/{one.id}/link")
        assert sent.headers["Location"].endswith("?sent=1")

    due = client_of("dynamodb").scan(TableName=settings().agenda_table)["Items"]
    assert len([one for one in due if one["kind"]["S"] == "message.send"]) == 1


def test_a_manager_manages_nobody(client: Client) -> None:
    manager = Browser(client, Role.MANAGER)

    assert manager.get(PLACE).status_code == 403
