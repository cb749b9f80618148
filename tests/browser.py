"""Somebody of the staff at the desk's pages, as a browser brings their requests."""

from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import csrf_of
from chalicelib.services import staff as staff_service
from tests.people import desk_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """Somebody of the staff, signed in."""

    def __init__(self, client: Client, role: Role, language: str = "en") -> None:
        person = staff_service.add(
            desk_of(),
            name="Li Wei",
            mail=f"{role}.{language}@acme.example",
            role=role,
            language=language,
            zone=None,
            phone=None,
        )
        link = staff_service.sign_in_link(desk_of(), person.id)
        self.session = staff_service.sign_in(desk_of(), link.partition("once=")[2]).text
        self.person, self.client = person, client
        self.cookie = {"Cookie": f"__Host-aftercare={self.session}"}

    def get(self, place: str) -> HTTPResponse:
        return self.client.http.get(place, headers=self.cookie)

    def post(self, place: str, **fields: str) -> HTTPResponse:
        body = urlencode({"csrf": csrf_of(self.session), **fields}).encode()
        return self.client.http.post(place, body=body, headers=self.cookie | FORM)
