"""A shop: what it is called, where it is, how it is reached, and its policies."""

import re
from typing import Annotated, Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chalicelib.domain.calendar import WorkingHours, office_hours
from chalicelib.domain.callback_policy import CallbackPolicy
from chalicelib.domain.canonical import Platform
from chalicelib.domain.changes import Changes, Told
from chalicelib.domain.errors import Invalid
from chalicelib.domain.events import Fact
from chalicelib.domain.money import Currency
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.records import Record, Value
from chalicelib.domain.sla import SlaPolicy
from chalicelib.domain.survey_policy import SurveyPolicy

SHOP_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""What a shop may be called in URLs: lower case, digits and hyphens, at most 40 characters."""


Line: TypeAlias = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line: it may become a part of a mail's header."""

LANGUAGE_TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Language: TypeAlias = Annotated[str, Field(pattern=LANGUAGE_TAG)]
"""A BCP 47 tag."""


class Address(Value):
    """Where parcels come back to."""

    name: Line
    street: Line
    postcode: Line
    city: Line
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    """ISO 3166-1 alpha-2."""


def _usual_hours(given: dict[str, Any]) -> WorkingHours:
    return office_hours(given.get("zone", "UTC"), "09:00", "17:00", given.get("country", ""))


class Configuration(BaseModel):
    """What a shop decides about itself; replaced as a whole, versioned with the shop."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    platform: Platform = Platform.STANDARD
    domain: Line = ""
    """The shop's own domain, such as `acme.myshopify.com`."""
    api_url: str = ""
    """Where an order that was never pushed is asked for; empty if nowhere."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """BCP 47 tags in the order of the fallback chain; the first is the shop's own."""
    zone: str = "UTC"
    """IANA time zone of its working day."""
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    """ISO 3166-1 alpha-2; empty if it is not said."""
    currency: Currency = "EUR"
    support_mail: Line = ""
    support_phone: Line = ""
    return_address: Address | None = None
    hours: WorkingHours = Field(default_factory=_usual_hours)
    """When somebody answers; Monday to Friday, nine to five, if nothing is said."""
    sla: SlaPolicy = Field(default_factory=SlaPolicy)
    returns: ReturnPolicy = Field(default_factory=ReturnPolicy)
    surveys: SurveyPolicy = Field(default_factory=SurveyPolicy)
    callbacks: CallbackPolicy = Field(default_factory=CallbackPolicy)

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("an IANA time zone, such as Europe/Berlin") from error
        return zone


class Shop(Configuration, Record):
    """One shop. Its id is its name in every URL; its version is that of its policies, and is
    kept with every decision they make."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    kind: ClassVar[str] = "shop"
    prefix: ClassVar[str] = ""


class ShopConfigured(Fact):
    """A shop was set up or changed; what it was before is not kept."""

    type: ClassVar[str] = "shop.configured"
    fields: tuple[str, ...]
    """The names of what changed."""


def configure(shop: Shop | None, shop_id: str, wanted: Configuration) -> Changes[Shop]:
    """Set a shop up, or replace its configuration.

    Raises Invalid, field `shop`, for a name that cannot stand in a URL.
    """
    if not SHOP_ID.fullmatch(shop_id):
        raise Invalid("Lower-case letters, digits and hyphens, at most 40.", field="shop")
    values = {name: getattr(wanted, name) for name in Configuration.model_fields}
    if shop is None:
        made = Shop(shop=shop_id, id=shop_id, **values)
        return Changes(made, (made,), (Told(made, ShopConfigured(fields=tuple(sorted(values)))),))
    changed = tuple(sorted(name for name in values if getattr(shop, name) != values[name]))
    if not changed:
        return Changes(shop)
    new = shop.but(**values)
    return Changes(new, (new,), (Told(new, ShopConfigured(fields=changed)),))
