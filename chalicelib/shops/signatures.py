"""Whether a shop really sent this: the signature schemes of the platforms.

Every refusal is `Unauthorized` with a reason code; none ever holds a digest or a secret.
"""

import base64
import binascii
import hashlib
import hmac
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.domain.errors import Unauthorized
from chalicelib.shops.reading import header

FEWEST_SECRET_BYTES = 24
TOLERANCE_SECONDS = 300
"""Standard Webhooks: how old, or how far ahead, a signed time may be."""

_PING = re.compile(rb"webhook_id=\d{1,20}")


def verify_shopify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> None:
    """Base64 of the HMAC-SHA256 of the raw body, under any of the secrets.

    Several secrets, because the new one is used up to an hour after it was rotated.
    """
    names = ("x-shopify-hmac-sha256", "shopify-hmac-sha256")
    _verify_body([secret.encode() for secret in secrets], header(headers, *names), body)


def verify_woocommerce(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> None:
    """As Shopify's, but the shop decodes HTML entities in its secret before it signs.

    The ping that is sent when a webhook is switched on is not signed at all and is let through.
    """
    if is_woocommerce_ping(headers, body):
        return
    keys = [html.unescape(secret).encode() for secret in secrets]
    _verify_body(keys, header(headers, "x-wc-webhook-signature", "wc-webhook-signature"), body)


def is_woocommerce_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """A form post of the webhook's number, without a signature."""
    signature = header(headers, "x-wc-webhook-signature", "wc-webhook-signature")
    return signature is None and _PING.fullmatch(body.strip()) is not None


def verify_standard(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """Standard Webhooks: base64 of the HMAC-SHA256 of `id.timestamp.body`, within 300 seconds.

    Signatures come as a list; versions other than `v1` are passed over.
    """
    keys = [key for key in map(_standard_key, secrets) if key]
    if not keys:
        raise _refused("no_secret")
    message_id = header(headers, "webhook-id", "svix-id")
    timestamp = header(headers, "webhook-timestamp", "svix-timestamp")
    signatures = header(headers, "webhook-signature", "svix-signature")
    if not message_id or not timestamp or not signatures:
        raise _refused("missing_signature")
    if not re.fullmatch(r"\d{1,12}", timestamp):
        raise _refused("timestamp_out_of_range")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise _refused("timestamp_out_of_range")
    signed = f"{message_id}.{timestamp}.".encode() + body
    offered = [part[3:] for part in signatures.split(" ") if part.startswith("v1,")]
    if not any(_matches(keys, signature, signed) for signature in offered):
        raise _refused("bad_signature")


def is_standard_secret(secret: str) -> bool:
    """Whether Standard Webhooks should be signed with it: base64 of at least 24 bytes, with or
    without `whsec_`."""
    return len(_standard_key(secret) or b"") >= FEWEST_SECRET_BYTES


def _verify_body(keys: Sequence[bytes], signature: str | None, body: bytes) -> None:
    keys = [key for key in keys if key]
    if not keys:
        raise _refused("no_secret")
    if not signature:
        raise _refused("missing_signature")
    if not body:
        raise _refused("empty_body")
    if not _matches(keys, signature, body):
        raise _refused("bad_signature")


def _matches(keys: Sequence[bytes], signature: str, signed: bytes) -> bool:
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(given) != hashlib.sha256().digest_size:
        return False
    # Every key is tried, so that the time taken does not tell which one fits.
    fits = [hmac.compare_digest(hmac.digest(key, signed, "sha256"), given) for key in keys]
    return any(fits)


def _standard_key(secret: str) -> bytes | None:
    encoded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _refused(reason: str) -> Unauthorized:
    return Unauthorized("The signature of this delivery does not hold.", reason=reason)
