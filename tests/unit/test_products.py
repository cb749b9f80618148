"""Products: the shop's newest word, and what after-sales knows besides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain import products
from chalicelib.domain.canonical import Platform, ProductSeen, SeenBy, VariantSeen
from chalicelib.domain.changes import Changes
from chalicelib.domain.money import Money
from chalicelib.domain.products import AfterSales, Product, Variants

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def seen(minutes: int = 0, **changes: Any) -> ProductSeen:
    fields: dict[str, Any] = {
        "platform": Platform.SHOPIFY,
        "id": "93",
        "changed_at": NOON + timedelta(minutes=minutes),
        "title": "Bowl",
        "variants": (VariantSeen(id="94", price="1200"),),
    }
    return ProductSeen(**{**fields, **changes})


def taken(product: Product | None, event: ProductSeen) -> Changes[Product]:
    changes = products.apply(product, event, shop="acme", currency="JPY", seen_by=SeenBy.WEBHOOK)
    changes.result.mark_stored(changes.result.version)
    return changes


def test_a_product_is_added_once_with_prices_in_the_shops_currency() -> None:
    added = taken(None, seen())
    again = taken(added.result, seen())

    assert [told.fact.type for told in added.told] == ["product.added"]
    page = next(record for record in added.records if isinstance(record, Variants))
    assert page.variants[0].price == Money(amount=1200, currency="JPY")
    assert again.records == again.told == ()


def test_the_newest_word_counts_in_whatever_order_it_comes() -> None:
    old, new = seen(1, title="Bowl"), seen(2, title="Schale")

    one_way = taken(taken(None, old).result, new).result
    other_way = taken(taken(None, new).result, old).result

    assert one_way.title == other_way.title == "Schale"
    assert one_way.digest == other_way.digest


def test_no_delivery_overwrites_what_after_sales_knows() -> None:
    product = taken(None, seen()).result
    hygiene = AfterSales(exception="hygiene", exception_reason="sealed", warranty_months=24)

    described = products.describe(product, hygiene)
    after = taken(described.result, seen(5, title="Schale")).result

    assert after.after_sales == hygiene
    assert products.describe(after, hygiene).records == ()


def test_only_changed_pages_of_variants_are_written() -> None:
    variants = tuple(VariantSeen(id=str(n)) for n in range(120))
    product = taken(None, seen(variants=variants)).result
    fewer = (*variants[:60], VariantSeen(id="60", sku="S-60"), *variants[61:90])

    changes = taken(product, seen(1, variants=fewer))

    assert [record.id for record in changes.records[1:]] == ["001"]
    assert [record.id for record in changes.removed] == ["002"]
