"""Photos of a case: sent by its customer, taken in or refused, looked at by the staff."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.domain import photos as rules
from chalicelib.domain.permissions import Role
from chalicelib.domain.photos import MOST_BYTES, MOST_KEPT, Refusal, State
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Status, Ticket, WaitsFor
from chalicelib.services import erasure, photos, restoring, shops, ticket_work
from chalicelib.services.house import house
from chalicelib.services.ticket_work import Answer
from chalicelib.store import photos as store
from tests import photos as shopper
from tests import snapshots
from tests.cases import NOON, a_ticket
from tests.clocks import Clock, standing_at
from tests.http.returning import tick
from tests.people import bearer, desk_of, hired

BUCKET_HOST = "https://aftercare-photos.s3.us-east-1.amazonaws.com"


@pytest.fixture
def clock() -> Iterator[Clock]:
    with standing_at(NOON) as clock:
        yield clock


@pytest.fixture
def browser(aws: dict[str, str], clock: Clock) -> Iterator[Client]:
    shops.put(desk_of(), Configuration(name="Acme", zone="Europe/Berlin", country="DE"))
    with Client(app) as client:
        yield client


def link(case_id: str) -> str:
    here = desk_of()
    return f"/c/{here.link('case', case_id, here.now() + timedelta(days=1))}"


def policy(answer: HTTPResponse) -> str:
    return str(answer.headers["Content-Security-Policy"])


def types(subject: str) -> list[str]:
    return [event.type for event in desk_of().trail(subject)[0]]


def test_the_form_is_for_one_photo_of_this_case_and_leads_back(browser: Client) -> None:
    ticket = a_ticket()
    door = link(ticket.id)

    shown = browser.http.get(f"{door}/photos?lang=en")

    page = shown.body.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    back = re.search(r'name="success_action_redirect" value="([^"]+)"', page)
    signed = re.search(r'name="policy" value="([^"]+)"', page)
    assert key
    assert back
    assert signed
    place = store.place_in(key[1])
    assert place is not None
    assert (place.shop, place.case) == ("acme", ticket.id)
    assert back[1] == f"https://desk.example{door}/photos/{place.photo}?lang=en"
    conditions = json.loads(base64.b64decode(signed[1]))["conditions"]
    assert {"key": key[1]} in conditions
    assert {"success_action_redirect": back[1]} in conditions
    assert ["content-length-range", 0, store.MOST_SENT] in conditions
    assert f'action="{BUCKET_HOST}/"' in page
    assert f"form-action 'self' {BUCKET_HOST};" in policy(shown)
    assert "amazonaws" not in policy(browser.http.get(door))
    assert photos.album(desk_of(), ticket.id).photos == []


def test_a_photo_is_kept_and_shown_to_its_customer_and_to_the_staff(browser: Client) -> None:
    ticket = a_ticket()
    photo = shopper.sent(desk_of(), ticket.id, snapshots.from_a_phone())
    door = link(ticket.id)

    assert (photo.state, photo.width, photo.height) == (State.KEPT, 300, 400)
    assert shopper.lying() == [f"kept/acme/{photo.id}/{size}.jpg" for size in ("large", "small")]
    told = browser.http.get(f"{door}/photos/{photo.id}?lang=en")
    assert "Your photo is with us." in told.body.decode()
    assert f"img-src 'self' data: {BUCKET_HOST};" not in policy(browser.http.get(door))
    assert f"img-src 'self' {BUCKET_HOST} data:;" in policy(told)
    assert "1 of 10 photos" in browser.http.get(f"{door}/photos?lang=en").body.decode()
    ada = hired(Role.ADMIN)
    page = browser.http.get(f"/desk/t/{ticket.number}", headers=bearer(ada))
    assert f"/desk/photos/{photo.id}" in page.body.decode()
    assert "form-action 'self';" in policy(page)
    api = browser.http.get(f"/tickets/{ticket.id}", headers=bearer(ada)).json_body
    assert [(one["id"], one["state"]) for one in api["photos"]] == [(photo.id, "kept")]


def test_who_opened_a_photo_is_told_and_the_ticket_stays_as_it_was(browser: Client) -> None:
    ticket = a_ticket()
    photo = shopper.sent(desk_of(), ticket.id, snapshots.a_photo())
    before = desk_of().get(Ticket, ticket.id).version
    ada = hired(Role.ADMIN)

    opened = browser.http.get(f"/desk/photos/{photo.id}", headers=bearer(ada))
    asked = browser.http.get(f"/photos/{photo.id}", headers=bearer(ada))

    place = f"{BUCKET_HOST}/kept/acme/{photo.id}/large.jpg?X-Amz-"
    assert opened.status_code == 303
    assert str(opened.headers["Location"]).startswith(place)
    assert asked.json_body["large"].startswith(place)
    told = browser.http.get(f"/photos/{photo.id}/events", headers=bearer(ada)).json_body["items"]
    assert [(one["type"], one["actor"]) for one in told] == [
        ("photo.opened", f"staff:{ada.id}")
    ] * 2
    assert desk_of().get(Ticket, ticket.id).version == before


@pytest.mark.parametrize(
    ("sent", "why", "words"),
    [
        (
            snapshots.a_pdf(12_000_000),
            Refusal.NO_PHOTO,
            "This is a PDF of 12 MB. Send a photo as JPEG or PNG up to 10 MB.",
        ),
        (snapshots.a_photo().ljust(MOST_BYTES + 400_000), Refusal.TOO_LARGE, "of 10.4 MB"),
        (b"", Refusal.NO_PHOTO, "This is an empty file."),
        (snapshots.a_photo()[:-200], Refusal.BROKEN, "cannot be opened"),
    ],
    ids=["pdf", "large", "empty", "broken"],
)
def test_what_is_refused_is_said_plainly_before_it_is_taken_in_and_after(
    browser: Client, sent: bytes, why: Refusal, words: str
) -> None:
    ticket = a_ticket()
    place = shopper.put(desk_of(), ticket.id, sent)
    door = f"{link(ticket.id)}/photos/{place.photo}?lang=en"

    at_once = browser.http.get(door).body.decode()
    shopper.told(place.key)
    later = browser.http.get(door).body.decode()

    assert (words in at_once) == (why is not Refusal.BROKEN)
    assert words in later
    photo = photos.find(desk_of(), place.photo)
    assert (photo.state, photo.refused) == (State.REFUSED, why)
    assert shopper.lying() == []
    assert types(photo.id) == ["photo.refused"]
    assert "photo.kept" not in types(ticket.id)


def test_a_photo_that_was_asked_for_gives_the_ticket_back_to_us(browser: Client) -> None:
    ticket = a_ticket()
    mei = hired(Role.AGENT)
    ticket_work.reply(
        desk_of(), ticket.id, Answer("Could you send a photo?", mei), WaitsFor.CUSTOMER
    )

    shopper.sent(desk_of(), ticket.id, snapshots.a_photo())

    after = desk_of().get(Ticket, ticket.id)
    assert (after.status, after.waits_for) == (Status.OPEN, WaitsFor.NOBODY)
    assert after.answer_due_at is not None
    assert types(ticket.id).count("photo.kept") == 1


def test_a_case_has_ten_photos_and_says_so(browser: Client) -> None:
    ticket = a_ticket()
    picture = snapshots.a_photo((8, 8))
    kept = [shopper.sent(desk_of(), ticket.id, picture) for _ in range(MOST_KEPT)]

    extra = shopper.sent(desk_of(), ticket.id, picture)

    assert {one.state for one in kept} == {State.KEPT}
    assert extra.refused is Refusal.TOO_MANY
    page = browser.http.get(f"{link(ticket.id)}/photos?lang=en").body.decode()
    assert "as many photos here as we can take" in page
    assert 'type="file"' not in page


def test_after_so_many_files_nothing_more_is_written_down(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_TRIED", 2)
    ticket = a_ticket()
    for _ in range(2):
        shopper.sent(desk_of(), ticket.id, b"no photo")

    place = shopper.put(desk_of(), ticket.id, snapshots.a_photo())
    shopper.told(place.key)

    assert len(photos.album(desk_of(), ticket.id).photos) == 2
    assert shopper.lying() == []


def test_a_settled_ticket_takes_no_photo(browser: Client) -> None:
    ticket = a_ticket()
    ticket_work.resolve(desk_of(), ticket.id, Answer("It has arrived.", hired(Role.AGENT)))

    photo = shopper.sent(desk_of(), ticket.id, snapshots.a_photo())

    assert photo.refused is Refusal.CLOSED
    assert shopper.lying() == []
    assert "/photos" not in browser.http.get(link(ticket.id)).body.decode()


def test_nothing_is_left_of_the_photos_of_who_is_forgotten(browser: Client, clock: Clock) -> None:
    ticket = a_ticket()
    assert ticket.customer_id is not None
    kept = shopper.sent(desk_of(), ticket.id, snapshots.a_photo())
    refused = shopper.sent(desk_of(), ticket.id, snapshots.a_pdf(100))
    waiting = shopper.put(desk_of(), ticket.id, snapshots.a_photo())

    erasure.erase_known(desk_of(), ticket.customer_id)
    clock.now += timedelta(minutes=2)
    tick()
    shopper.told(waiting.key)

    assert shopper.lying() == []
    for one in (kept, refused):
        after = photos.find(desk_of(), one.id)
        assert (after.state, after.refused, after.bytes) == (State.ERASED, None, 0)
    assert photos.find(desk_of(), waiting.photo).refused is Refusal.ERASED
    answer = browser.http.get(f"/desk/photos/{kept.id}", headers=bearer(hired(Role.ADMIN)))
    assert answer.status_code == 404


def test_pictures_kept_since_a_restore_go_if_no_case_knows_them(
    browser: Client, clock: Clock
) -> None:
    ticket = a_ticket()
    known = shopper.sent(desk_of(), ticket.id, snapshots.a_photo())
    before, at = shopper.lost(desk_of()), clock.now + timedelta(minutes=1)
    clock.now += timedelta(minutes=2)
    since = [shopper.lost(desk_of()) for _ in range(2)]
    late = shopper.sent(desk_of(), ticket.id, snapshots.a_photo())

    assert restoring.drop_lost_photos(house(), at) == len(since)
    assert {key.split("/")[2] for key in shopper.lying()} == {known.id, before, late.id}
    assert restoring.drop_lost_photos(house(), at) == 0


def test_a_file_for_no_case_is_let_go_and_what_is_no_file_is_left(browser: Client) -> None:
    nobodys = shopper.put(desk_of(), "tkt_0", snapshots.a_photo())

    shopper.told(nobodys.key, "kept/acme/pho_1/large.jpg", "in/elsewhere")

    assert shopper.lying() == []


def test_what_is_told_of_and_lies_there_no_more_is_nothing(browser: Client) -> None:
    ticket = a_ticket()

    shopper.told(f"in/acme/{ticket.id}/{desk_of().new_id('pho')}")

    assert photos.album(desk_of(), ticket.id).photos == []


def test_another_cases_photo_is_none_of_this_ones(browser: Client) -> None:
    photo = shopper.sent(desk_of(), a_ticket().id, snapshots.a_photo())

    page = browser.http.get(f"{link(a_ticket().id)}/photos/{photo.id}?lang=en").body.decode()

    assert "No photo has arrived." in page
