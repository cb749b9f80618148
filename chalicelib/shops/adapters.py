"""The platforms there are, each as one adapter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.errors import NotFound
from chalicelib.shops.deliveries import Delivery


class Adapter(Protocol):
    """What a platform's quirks are hidden behind. Header names may be in any case."""

    def verify(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Raises Unauthorized, with a `reason` code, for a body that none of the secrets signed."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> Delivery:
        """What a verified delivery says. Raises Invalid for a body that is not JSON."""
        ...


def adapter(platform: str) -> Adapter:
    """The adapter of a platform. Raises NotFound."""
    match platform:
        case "shopify":
            from chalicelib.shops import shopify

            return shopify
        case "woocommerce":
            from chalicelib.shops import woocommerce

            return woocommerce
        case "standard":
            from chalicelib.shops import standard

            return standard
        case _:
            raise NotFound("There is no such platform.", field="platform")
