"""The pages to look at, each in the states it has: one table a subject beside its own tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from playwright.sync_api import Page

from tests.pages.eyes import (
    DESKTOP,
    PHONE,
    Eyes,
    Reader,
    misfits,
    take_picture,
    unreadable,
    wrongs,
)
from tests.pages.stand import Stand

Where: TypeAlias = str | Callable[[Stand], str]
"""A path, or how the path of a page in some state is come by."""

SHOPPERS = tuple(Reader(language=language) for language in ("en", "de", "zh-CN"))
STAFF = (Reader(who="Mei"), Reader(who="Hua", language="zh-CN"))


@dataclass(frozen=True)
class Sight:
    """A page in one of its states; `name` is what its pictures are called."""

    name: str
    where: Where
    readers: tuple[Reader, ...]
    reached: Callable[[Page], None] | None = None
    """What is filled in and pressed there until the page is in that state."""


def looked_at(eyes: Eyes, sight: Sight) -> list[str]:
    """What is wrong with a page for each of its readers, narrow and wide, light and dark. Takes
    pictures: narrow for each language, wide and dark too for the first."""
    path = sight.where if isinstance(sight.where, str) else sight.where(eyes.stand)
    found: list[str] = []
    for reader in sight.readers:
        page = eyes.open(path, reader.but(width=PHONE))
        if sight.reached is not None:
            sight.reached(page)
        name = f"{sight.name}-{reader.language}"
        take_picture(page, f"{name}-{PHONE}")
        found += [f"{name}: {wrong}" for wrong in wrongs(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name} in the dark: {wrong}" for wrong in unreadable(page)]
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        found += [f"{name} when wide: {wrong}" for wrong in (*misfits(page), *unreadable(page))]
        if reader == sight.readers[0]:
            take_picture(page, f"{name}-{DESKTOP}-dark")
            page.emulate_media(color_scheme="light")
            found += [f"{name} when wide: {wrong}" for wrong in unreadable(page)]
            take_picture(page, f"{name}-{DESKTOP}")
        page.close()
    found += [f"{sight.name}: {said}" for said in eyes.violations]
    eyes.violations.clear()
    return found
