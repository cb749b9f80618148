"""What SNS brings: heard only from a topic of ours, and only what SNS signed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Unauthorized
from chalicelib.logs import log
from chalicelib.notify import notices
from chalicelib.services.house import House, real_time

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CERTIFICATE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: SNS's id for it, which a repeat has too, and what was published."""

    id: str
    message: str


def heard(house: House, event: dict[str, Any], topic: str) -> list[Notice]:
    """The notifications of one topic of ours; those of other topics are logged and left.

    Raises Unauthorized for one that says it is of our topic and that SNS did not sign, and
    OutOfReach while SNS's certificate cannot be had. Both come again and are parked in the end:
    a mail must not be lost because somebody set a topic up wrongly.
    """
    found: list[dict[str, Any]] = [record["Sns"] for record in event["Records"]]
    ours = [notice for notice in found if topic and notice["TopicArn"] == topic]
    if len(ours) < len(found):
        log().warning("notice.wrong_topic", extra={"count": len(found) - len(ours)})
    for notice in ours:
        _check(house, notice)
    return [Notice(notice["MessageId"], notice["Message"]) for notice in ours]


def _check(house: House, notice: dict[str, Any]) -> None:
    try:
        # Certificates are good in real time, also where promises run ahead of it.
        notices.verify(notice, _certificate(house, notice), real_time())
    except Unauthorized as refused:
        log().warning("notice.refused", extra={"reason": refused.facts["reason"]})
        raise


def _certificate(house: House, notice: dict[str, Any]) -> "Certificate":
    """The stage's own where it has one; else SNS's, fetched once an hour."""
    own = house.settings.notice_certificate
    place = own or notices.certificate_place(notice)

    def load() -> "Certificate":
        return notices.certificate_in(own or notices.fetch(place))

    return house.cached(("notice-certificate", place), CERTIFICATE_SECONDS, load)
