"""A WooCommerce product body as a canonical event."""

from chalicelib.domain.canonical import CanonicalEvent, Platform, ProductSeen, VariantSeen
from chalicelib.shops import reading
from chalicelib.shops.reading import Body
from chalicelib.shops.woocommerce_orders import words


def product_events(body: Body) -> tuple[CanonicalEvent, ...]:
    """A product; nothing for a variation sent by itself, which does not name its siblings.

    Of a variable product's variations only the ids are told. Raises Unreadable.
    """
    if reading.text(body.get("type")) == "variation":
        return ()
    product_id = reading.needed_id(body, "id")
    images = reading.items(body.get("images"))
    variations = [i for i in map(reading.id_or_none, reading.listed(body.get("variations"))) if i]
    return (
        ProductSeen(
            platform=Platform.WOOCOMMERCE,
            id=product_id,
            changed_at=reading.needed_moment(
                "date_modified_gmt",
                body.get("date_modified_gmt"),
                body.get("date_created_gmt"),
            ),
            title=words(body.get("name")),
            type=next((words(c.get("name")) for c in reading.items(body.get("categories"))), ""),
            tags=reading.tags([words(t.get("name")) for t in reading.items(body.get("tags"))]),
            image=reading.https_address(images[0].get("src")) if images else "",
            status=reading.text(body.get("status")),
            variants=tuple(VariantSeen(id=variation) for variation in variations)
            or (_only_variant(body, product_id),),
        ),
    )


def _only_variant(body: Body, product_id: str) -> VariantSeen:
    return VariantSeen(
        id=product_id,
        sku=reading.text(body.get("sku")),
        gtin=reading.text(body.get("global_unique_id")),
        price=reading.price(body.get("price")),
    )
