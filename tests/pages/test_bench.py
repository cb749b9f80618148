"""The bench as its clerks see it, and parcels unpacked with a scanner and nothing else."""

from datetime import timedelta
from functools import cache
from typing import Any

from playwright.sync_api import Page, expect

from local import shopify_bodies as bodies
from local.demo import cast
from tests.pages.eyes import Eyes, Reader, take_picture, wrongs
from tests.pages.sights import STAFF, Sight, looked_at
from tests.pages.stand import Stand

SCANNER = Reader(who="Mei", width=1100, scripts="off")
"""A hand scanner is a keyboard that ends with Enter; the page has no scripts."""


@cache
def a_return(stand: Stand, place: int) -> dict[str, Any]:
    """A return of a pillow and a teapot, agreed to and waiting for its parcel."""
    stage = stand.stage
    sale = stage.shop.sell(
        cast.anna(8_000 + place),
        cast.PILLOW,
        cast.TEAPOT,
        currency="EUR",
        shipping=490,
        placed_at=stage.now().replace(microsecond=0) - timedelta(days=4),
    )
    sent = sale.at(sale.placed_at + timedelta(days=1), is_shipped=True)
    stage.shop.post("orders/fulfilled", bodies.order(sent))
    order = stand.as_mei("GET", f"/orders?number={sale.number}")
    lines = [
        {"line_id": str(item.line_id), "quantity": 1, "reason": "no_reason"} for item in sale.items
    ]
    return stand.as_mei("POST", "/returns", {"order_id": order["id"], "lines": lines})


def scan(page: Page, text: str) -> None:
    """Typed where the focus is, and Enter."""
    expect(page.locator("#scan")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def test_the_empty_bench_is_there_for_everybody(eyes: Eyes) -> None:
    assert looked_at(eyes, Sight("bench-empty", "/bench", STAFF)) == []


def test_the_command_sheet_is_there_for_everybody(eyes: Eyes) -> None:
    assert looked_at(eyes, Sight("bench-commands", "/bench/commands", STAFF)) == []


def test_a_parcel_that_is_being_unpacked_is_there_for_everybody(eyes: Eyes) -> None:
    for reader in STAFF:
        page = eyes.open("/bench", reader.but(width=1100))
        for text in (a_return(eyes.stand, 0)["number"], cast.PILLOW.sku, "GRADE-A"):
            scan(page, text)
        page.close()

    assert looked_at(eyes, Sight("bench-found", "/bench", STAFF)) == []


def test_what_nobody_knows_is_kept_and_seen_by_everybody(eyes: Eyes) -> None:
    page = eyes.open("/bench", STAFF[0].but(width=1100))
    if page.get_by_role("button", name="Put aside").is_visible():
        scan(page, "ASIDE")
    scan(page, "LX 4471 0922 DE")
    take_picture(page, "bench-unknown-scan")
    assert wrongs(page) == []
    page.get_by_label("Sender and what is in it").fill("Leipzig, something soft")
    page.get_by_role("button", name="Keep it as unknown").click()
    page.close()

    assert looked_at(eyes, Sight("bench-unknown", "/bench/unknown", STAFF)) == []


def test_a_scanner_does_the_whole_job_without_mouse_or_scripts(eyes: Eyes) -> None:
    first, second = a_return(eyes.stand, 1), a_return(eyes.stand, 2)
    page = eyes.open("/bench", SCANNER)

    for text in (
        first["number"],
        cast.PILLOW.sku,
        "GRADE-A",
        cast.TEAPOT.sku,
        "GRADE-C",
        "UNDO",
        "GRADE-B",
    ):
        scan(page, text)
    scan(page, cast.TEAPOT.sku)
    expect(page.get_by_text("Too many")).to_be_visible()
    scan(page, second["number"])

    expect(page.get_by_text("goes back to the customer.")).to_be_visible()
    assert page.get_by_text(f"{second['number']} · 2 units expected").is_visible()
    take_picture(page, "bench-saved")
    after = eyes.stand.as_mei("GET", f"/returns/{first['id']}")["case"]
    assert [(line["received"], line["grade"]) for line in after["lines"]] == [(1, "a"), (1, "b")]
    assert (after["logistics"], after["money"]) == ("received", "reserved")

    scan(page, "MISSING")
    scan(page, "NEXT")
    expect(page.get_by_text("All of it is missing")).to_be_visible()
    scan(page, "ASIDE")
    expect(page.locator("#scan")).to_be_focused()
    page.close()
