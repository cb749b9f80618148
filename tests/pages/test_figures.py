"""The figures, one figure, what is owed at this moment, and the page for operators."""

import re

import pytest

from tests.pages.eyes import Eyes, Reader
from tests.pages.sights import STAFF, Sight, looked_at

SIGHTS = (
    Sight("figures-today", "/desk/figures", STAFF),
    Sight("figure", "/desk/figures/first_response?days=14", STAFF[:1]),
    Sight("figure-now", "/desk/figures/waiting", STAFF[1:]),
    Sight("health", "/desk/health", STAFF),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_page_is_there_for_everybody(eyes: Eyes, sight: Sight) -> None:
    assert looked_at(eyes, sight) == []


def test_every_number_leads_to_as_many_cases(eyes: Eyes) -> None:
    page = eyes.open("/desk/figures", Reader(who="Mei", width=1200, scripts=False))
    links = page.locator("main a[href*='/desk/figures/']").all()
    doors = {str(one.get_attribute("href")): one.inner_text() for one in links}
    numbers = {place: words for place, words in doors.items() if ".csv" not in place}

    assert len(numbers) > 20
    for place, words in numbers.items():
        page.goto(f"{eyes.stand.url}{place}")
        heading = page.locator("h2", has_text="Its ")
        says = heading if heading.count() else page.locator("h1")
        n = int(re.findall(r"\d+", says.inner_text())[-1])
        listed = page.locator(".counted-cases > li").count()
        while (more := page.locator("a[rel=next]", has_text="More")).count():
            more.click()
            listed += page.locator(".counted-cases > li").count()
        assert listed == n, place
        if words.isdecimal():
            assert listed == int(words), place
    page.close()
