"""A Shopify product body as a canonical event."""

from datetime import datetime
from decimal import Decimal

from chalicelib.domain.canonical import Platform, ProductSeen, VariantSeen
from chalicelib.shops import reading
from chalicelib.shops.reading import Body

_GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}


def product_event(body: Body, sent_at: datetime | None) -> ProductSeen:
    """Raises Unreadable."""
    images = reading.items(body.get("images"))
    image = reading.mapping(body.get("image")) or (images[0] if images else reading.NOTHING)
    return ProductSeen(
        platform=Platform.SHOPIFY,
        id=reading.needed_id(body, "id"),
        changed_at=reading.needed_moment(
            "updated_at", body.get("updated_at"), sent_at.isoformat() if sent_at else None
        ),
        title=reading.text(body.get("title")),
        type=reading.text(body.get("product_type")),
        tags=reading.tags(body.get("tags")),
        image=reading.https_address(image.get("src")),
        status=reading.text(body.get("status")),
        variants=tuple(_variant(variant) for variant in reading.items(body.get("variants"))),
    )


def _variant(body: Body) -> VariantSeen:
    title = reading.text(body.get("title"))
    return VariantSeen(
        id=reading.needed_id(body, "id"),
        title="" if title == "Default Title" else title,
        sku=reading.text(body.get("sku")),
        gtin=reading.text(body.get("barcode")),
        price=reading.price(body.get("price")),
        grams=_grams(body),
    )


def _grams(body: Body) -> int | None:
    if body.get("grams") is not None:
        return reading.quantity(body.get("grams"))
    unit = _GRAMS.get(reading.text(body.get("weight_unit")))
    weight = reading.number(body.get("weight"))
    return None if unit is None or weight is None else int((weight * unit).to_integral_value())
