"""Setting shops up: configuration in the table, secrets in Parameter Store."""

from collections.abc import Callable

from chalicelib.domain.canonical import Platform
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import Invalid
from chalicelib.domain.shops import Configuration, Shop, configure
from chalicelib.domain.silence import listening
from chalicelib.services.desk import Desk, command
from chalicelib.services.house import House
from chalicelib.shops.signatures import is_standard_secret

MOST_SECRETS = 4
"""Enough for a rotation at both ends at once."""


@command
def put(desk: Desk, wanted: Configuration) -> Shop:
    """Set the desk's shop up, or replace its configuration as a whole; from then on its webhooks
    are listened for."""
    shop = desk.find(Shop, desk.shop_id)
    if shop is not None:
        desk.expected(shop)
    return _put(desk, shop, wanted)


@command
def amend(desk: Desk, amended: Callable[[Shop], Configuration]) -> Shop:
    """Replace some of the desk's shop's configuration: `amended` gives all of it from what it is.

    Raises Stale if the shop was changed since the version that the caller looked at, and what
    `amended` raises.
    """
    shop = desk.get(Shop, desk.shop_id)
    return _put(desk, shop, amended(shop))


def _put(desk: Desk, shop: Shop | None, wanted: Configuration) -> Shop:
    listened_for = Changes(None, agenda=(listening(desk.shop_id, at=desk.now()),))
    made = desk.commit(configure(shop, desk.shop_id, wanted).plus(listened_for))
    desk.house.forget("shop", desk.shop_id)
    return made


def secrets_name(shop_id: str) -> str:
    return f"shops/{shop_id}/secrets"


def webhook_secrets(house: House, shop_id: str) -> tuple[str, ...]:
    """The secrets that a delivery may be signed with, newest first; at most an hour old."""
    return tuple(house.parameter(secrets_name(shop_id)).get("webhook", ()))


def add_webhook_secret(house: House, shop_id: str, secret: str) -> int:
    """Accept one more secret, and drop the oldest beyond four. Gives how many are accepted.

    Raises Invalid for a secret that the shop's platform cannot sign with.
    """
    if house.shop(shop_id).platform is Platform.STANDARD and not is_standard_secret(secret):
        raise Invalid("Base64 of at least 24 bytes, with or without whsec_.", field="secret")
    kept = house.parameter(secrets_name(shop_id))
    others = [known for known in kept.get("webhook", ()) if known != secret]
    secrets = [secret, *others][:MOST_SECRETS]
    house.put_parameter(secrets_name(shop_id), {**kept, "webhook": secrets})
    return len(secrets)


def keep_only_newest_secret(house: House, shop_id: str) -> None:
    """End a rotation: only the newest webhook secret is accepted from now on."""
    kept = house.parameter(secrets_name(shop_id))
    house.put_parameter(secrets_name(shop_id), {**kept, "webhook": kept.get("webhook", [])[:1]})


def set_api_token(house: House, shop_id: str, token: str) -> None:
    """What the shop's own API is asked with when an order was never pushed."""
    kept = house.parameter(secrets_name(shop_id))
    house.put_parameter(secrets_name(shop_id), {**kept, "api_token": token})
