"""Products of the catalogue: what the shop says of them, and what after-sales knows besides."""

from typing import ClassVar

from pydantic import Field

from chalicelib.domain import canonical
from chalicelib.domain.canonical import Platform, SeenBy, VariantSeen
from chalicelib.domain.changes import Changes, Told, nothing
from chalicelib.domain.events import Fact
from chalicelib.domain.ids import derived
from chalicelib.domain.money import Money, rounded_from_decimal
from chalicelib.domain.records import Moment, Record, Value

VARIANTS_A_PAGE = 50


class ProductAdded(Fact):
    type = "product.added"
    variants: int
    seen_by: SeenBy


class ProductDescribed(Fact):
    type = "product.described"
    exception: str | None
    warranty_months: int | None
    is_serial_wanted: bool


class AfterSales(Value):
    """What decides about a product that comes back. Kept by staff; no delivery overwrites it."""

    exception: str | None = None
    """The code of the legal exception from withdrawal, such as `hygiene`; None if there is none."""
    exception_reason: str = ""
    warranty_months: int | None = None
    """None where the shop's general term applies."""
    is_serial_wanted: bool = False


class Variant(Value):
    id: str
    title: str = ""
    sku: str = ""
    gtin: str = ""
    price: Money | None = None
    grams: int | None = None


class Product(Record):
    """A product's header; its variants lie beside it in pages."""

    kind: ClassVar[str] = "product"
    prefix: ClassVar[str] = "prd"

    platform: Platform
    outside_id: str
    seen_by: SeenBy
    title: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    """An https address, or empty."""
    status: str = ""
    variants: int = 0
    pages: tuple[str, ...] = ()
    """The digest of each page of variants."""
    changed_at: Moment
    digest: str
    after_sales: AfterSales = Field(default_factory=AfterSales)


class Variants(Record):
    """A page of up to 50 variants; its id is its place: `000`, `001`, ..."""

    kind: ClassVar[str] = "variants"
    prefix: ClassVar[str] = ""
    guarded: ClassVar[bool] = True

    product_id: str
    variants: tuple[Variant, ...] = ()

    @property
    def part_of(self) -> str:
        return self.product_id


def product_id(shop: str, platform: Platform, outside_id: str) -> str:
    """The id under which a product of the shop is kept, seen or not."""
    return derived("prd", shop, platform, outside_id)


def apply(
    product: Product | None,
    event: canonical.ProductSeen,
    *,
    shop: str,
    currency: str,
    seen_by: SeenBy,
) -> Changes[Product]:
    """Take in what the shop says of a product; the newest word counts (changed_at, then content).

    `currency` is the shop's, for prices that name none.
    """
    content = canonical.digest(event, leaving_out=frozenset({"changed_at"}))
    if product and (event.changed_at, content) <= (product.changed_at, product.digest):
        return nothing(product)
    before = product or Product(
        shop=shop,
        id=product_id(shop, event.platform, event.id),
        platform=event.platform,
        outside_id=event.id,
        seen_by=seen_by,
        changed_at=event.changed_at,
        digest=content,
    )
    pages = _pages(before, event.variants, currency)
    digests = tuple(canonical.digest(page.variants) for page in pages)
    after = before.but(
        seen_by=seen_by,
        title=event.title,
        type=event.type,
        tags=event.tags,
        image=event.image,
        status=event.status,
        variants=len(event.variants),
        pages=digests,
        changed_at=event.changed_at,
        digest=content,
    )
    added = Told(after, ProductAdded(variants=after.variants, seen_by=seen_by))
    return Changes(
        after,
        records=(
            after,
            *(
                page
                for place, page in enumerate(pages)
                if digests[place : place + 1] != before.pages[place : place + 1]
            ),
        ),
        told=() if product else (added,),
        removed=tuple(_page(before, place, ()) for place in range(len(pages), len(before.pages))),
    )


def describe(product: Product, after_sales: AfterSales) -> Changes[Product]:
    """Set what after-sales knows of a product."""
    if after_sales == product.after_sales:
        return nothing(product)
    after = product.but(after_sales=after_sales)
    fact = ProductDescribed(
        exception=after_sales.exception,
        warranty_months=after_sales.warranty_months,
        is_serial_wanted=after_sales.is_serial_wanted,
    )
    return Changes(after, records=(after,), told=(Told(after, fact),))


def _pages(product: Product, seen: tuple[VariantSeen, ...], currency: str) -> list[Variants]:
    variants = tuple(_variant(variant, currency) for variant in seen)
    return [
        _page(product, start // VARIANTS_A_PAGE, variants[start : start + VARIANTS_A_PAGE])
        for start in range(0, len(variants), VARIANTS_A_PAGE)
    ]


def _page(product: Product, place: int, variants: tuple[Variant, ...]) -> Variants:
    return Variants(shop=product.shop, id=f"{place:03d}", product_id=product.id, variants=variants)


def _variant(seen: VariantSeen, currency: str) -> Variant:
    price = rounded_from_decimal(seen.price, seen.currency or currency) if seen.price else None
    return Variant(
        id=seen.id,
        title=seen.title,
        sku=seen.sku,
        gtin=seen.gtin,
        price=price,
        grams=seen.grams,
    )
