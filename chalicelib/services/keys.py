"""The stage's own keys: what links are signed with and identities are hashed with."""

import hashlib
import hmac
import secrets

from chalicelib.services.house import House

NAME = "keys"
RELOAD_SECONDS = 60


def ensure(house: House) -> None:
    """Make the stage's keys if it has none yet; existing keys are left alone."""
    if not house.parameter(NAME):
        house.make_parameter(
            NAME,
            {
                "current": "k1",
                "signing": {"k1": secrets.token_urlsafe(32)},
                "identity": secrets.token_urlsafe(32),
            },
        )


def rotate(house: House) -> str:
    """Sign with a new key from now on; what older keys signed stays good. Gives the key's id."""
    keys = house.parameter(NAME)
    key_id = f"k{len(keys['signing']) + 1}"
    signing = {**keys["signing"], key_id: secrets.token_urlsafe(32)}
    house.put_parameter(NAME, {**keys, "current": key_id, "signing": signing})
    return key_id


def reload(house: House) -> bool:
    """Look for newer keys, at most once a minute; False if that was done just now."""
    if house.remembers("keys-reloaded"):
        return False
    house.cached(("keys-reloaded",), RELOAD_SECONDS, lambda: True)
    house.forget("parameter", NAME)
    return True


def fingerprint(house: House, shop: str, value: str) -> str:
    """A keyed hash by which a mail address or phone number is found but not read back."""
    key: str = house.parameter(NAME)["identity"]
    digest = hmac.new(key.encode(), f"{shop}\x1f{value}".encode(), hashlib.sha256)
    return digest.hexdigest()[:40]
