"""What S3 tells about files that shoppers sent as photos, over SNS."""

import json
from typing import Any
from urllib.parse import unquote_plus

from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.logs import log
from chalicelib.services import desk as desks
from chalicelib.services import notices, photo_intake
from chalicelib.services.house import house
from chalicelib.store.photos import Place, place_in


def photos(event: dict[str, Any], context: object) -> None:
    """Each file is kept as a photo or refused. A failure comes again."""
    for notice in notices.heard(house(), event, house().settings.photos_topic):
        # That the bucket may tell of something is said without any.
        for told in json.loads(notice.message).get("Records", ()):
            place = place_in(unquote_plus(told["s3"]["object"]["key"]))
            if place is not None:
                _take_in(place, notice.id)


def _take_in(place: Place, notice: str) -> None:
    by = Actor(kind=ActorKind.CUSTOMER)
    try:
        photo_intake.take_in(desks.desk(house(), place.shop, actor=by, correlation=notice), place)
    except NotFound:
        log().warning("photo.of_nothing", extra={"notice": notice})
        photo_intake.drop(place)
