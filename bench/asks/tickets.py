"""What is asked about a ticket and its photos."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

from bench.asks.ask import TEXT, Ask, link
from bench.shop import SHOP, BenchShop, a_desk
from chalicelib.domain.photos import Photo
from chalicelib.services import photo_intake
from chalicelib.services.house import house
from chalicelib.store.clients import client
from chalicelib.store.photos import Place


def of_tickets(shop: BenchShop) -> Iterator[Ask]:
    one = shop.ticket()
    number = shop.api("GET", f"/tickets/{one}")["ticket"]["number"]
    for path in ("/tickets?limit=1", f"/tickets/{one}", f"/tickets/{one}/events?limit=1",
                 "/desk/tickets", f"/desk/tickets/{one}", f"/desk/t/{number}"):  # fmt: skip
        yield Ask("GET", path)
    token = link("case", one)
    yield Ask("GET", f"/c/{token}")
    yield Ask("POST", f"/c/{token}", TEXT)
    yield from _photos(one, token)
    yield Ask("GET", f"/again/case/{token}")
    yield Ask("POST", f"/again/case/{token}")
    acts: dict[str, dict[str, Any]] = {
        "assignment": {"assignee": shop.agent},
        "notes": TEXT,
        "replies": TEXT,
        "waiting": {"waits_for": "customer"},
        "resolution": TEXT,
    }
    for act, fields in acts.items():
        yield Ask("POST", f"/tickets/{one}/{act}", fields)
    token = link("resolved", one)
    yield Ask("GET", f"/a/{token}")
    yield Ask("POST", f"/a/{token}", {"solved": "yes"})
    late = {"title": "Late", "texts": {"en": "Dear {name}, it is late."}}
    yield Ask("PUT", "/macros/late", late)
    yield Ask("GET", "/macros")
    yield Ask("GET", f"/desk/t/{number}/readers")
    on_page = shop.ticket()
    on_its_page = {
        "assignment": {"to": "me"},
        "notes": TEXT,
        "waiting": {"waits_for": "carrier"},
        "draft": TEXT,
        "macro": {"macro": "mac_late"},
        "replies": TEXT,
        "undo": {},
    }
    for act, fields in on_its_page.items():
        yield Ask("POST", f"/desk/t/{on_page}/{act}", fields)
    ended = shop.ticket()
    shop.api("POST", f"/tickets/{ended}/resolution", TEXT)
    yield Ask("POST", f"/desk/t/{ended}/again")
    # Now that there is an answer that was not sent.
    yield Ask("GET", "/desk")
    yield Ask("DELETE", "/macros/late")


def _photos(ticket: str, token: str) -> Iterator[Ask]:
    yield Ask("GET", f"/c/{token}/photos")
    photo = _sent_photo(ticket)
    for path in (f"/c/{token}/photos/{photo}", f"/desk/photos/{photo}", f"/photos/{photo}",
                 f"/photos/{photo}/events?limit=1"):  # fmt: skip
        yield Ask("GET", path)


def _sent_photo(ticket: str) -> str:
    """A photo that S3 has and the function has taken in."""
    here, picture = a_desk(), BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(picture, "JPEG")
    place = Place(SHOP, ticket, here.new_id(Photo.prefix))
    bucket = house().settings.photos_bucket
    client("s3").put_object(Bucket=bucket, Key=place.key, Body=picture.getvalue())
    photo_intake.take_in(here, place)
    return place.photo
