"""The pages to look at, each in the states it has: one table a subject beside its own tests."""

import os
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
    wrongs_but_colours,
)
from tests.pages.stand import Stand

Where: TypeAlias = str | Callable[[Stand], str]
"""A path, or how the path of a page in some state is come by."""

SHOPPERS = tuple(Reader(language=language) for language in ("en", "de", "zh-CN"))
STAFF = (
    Reader(who="Mei"),
    Reader(who="Hua", language="zh-CN", scripts="deleted"),
    Reader(who="Ada", language="de"),
)
"""Every page of theirs is looked at with its scripts, and as if their files were deleted."""


@dataclass(frozen=True)
class Sight:
    """A page in one of its states; `name` is what its pictures are called."""

    name: str
    where: Where
    readers: tuple[Reader, ...]
    reached: Callable[[Page], None] | None = None
    """What is filled in and pressed there until the page is in that state."""


def looked_at(eyes: Eyes, sight: Sight) -> list[str]:
    """What is wrong with a page for its readers. Each of them looks at it narrow and wide; the
    first in the light, and wide in the dark as well; the second in the dark. Takes pictures:
    narrow for each language, and wide ones of both colours for the first. Where AFTERCARE_SIGHTS
    is `all`, every language is looked at in every width and colour."""
    path = sight.where if isinstance(sight.where, str) else sight.where(eyes.stand)
    if os.environ.get("AFTERCARE_SIGHTS") == "all":
        return _looked_at_by_everybody(eyes, sight, path)
    found: list[str] = []
    for place, reader in enumerate(sight.readers):
        colour = "dark" if place == 1 else "light"
        page = eyes.look(path, reader.but(width=PHONE, is_dark=colour == "dark"))
        if sight.reached is not None:
            sight.reached(page)
        name = f"{sight.name}-{reader.language}"
        take_picture(page, f"{name}-{PHONE}")
        look = wrongs if place < 2 else wrongs_but_colours
        found += [f"{name}, {colour}: {wrong}" for wrong in look(page)]
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        found += [f"{name}, wide: {wrong}" for wrong in misfits(page)]
        if place == 0:
            take_picture(page, f"{name}-{DESKTOP}")
            page.emulate_media(color_scheme="dark")
            found += [f"{name}, wide, dark: {wrong}" for wrong in unreadable(page)]
            take_picture(page, f"{name}-{DESKTOP}-dark")
    found += [f"{sight.name}: {said}" for said in eyes.violations]
    eyes.violations.clear()
    return found


def _looked_at_by_everybody(eyes: Eyes, sight: Sight, path: str) -> list[str]:
    found: list[str] = []
    for reader in STAFF if sight.readers[0].who else SHOPPERS:
        page = eyes.look(path, reader.but(width=PHONE, is_dark=False))
        if sight.reached is not None:
            sight.reached(page)
        for width in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": 900})
            for colour, look in (("light", wrongs), ("dark", unreadable)):
                page.emulate_media(color_scheme=colour)
                name = f"{sight.name}-{reader.language}, {width}, {colour}"
                found += [f"{name}: {wrong}" for wrong in look(page)]
    return found
