"""Somebody of the staff in front of the desk's pages, by the HTTP test client."""

from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib.domain.permissions import Role
from chalicelib.domain.staff import csrf_of
from chalicelib.services import staff as staff_service
from tests.people import desk_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """Somebody of the staff, signed in."""

    def __init__(
        self, client: Client, role: Role, language: str = "en", name: str = "Li Wei"
    ) -> None:
        person = staff_service.add(
            desk_of(),
            name=name,
            mail=f"{name.replace(' ', '.')}.{role}.{language}@acme.example".lower(),
            role=role,
            language=language,
            zone=None,
            phone=None,
        )
        self.person, self.client = person, client
        self.sign_in()

    def sign_in(self) -> None:
        """Another session, in place of the one they had."""
        link = staff_service.sign_in_link(desk_of(), self.person.id)
        self.session = staff_service.sign_in(desk_of(), link.partition("once=")[2]).text
        self.cookie = {"Cookie": f"__Host-aftercare={self.session}"}

    def get(self, place: str, **headers: str) -> HTTPResponse:
        return self.client.http.get(place, headers=self.cookie | headers)

    def read(self, place: str) -> str:
        """A page's HTML."""
        return self.get(place).body.decode()

    def post(self, place: str, **fields: str) -> HTTPResponse:
        body = urlencode({"csrf": csrf_of(self.session), **fields}).encode()
        return self.client.http.post(place, body=body, headers=self.cookie | FORM)
