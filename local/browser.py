"""The browser that pages are looked at with."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
"""The one without a window first: it takes half the time."""

QUIET = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-sandbox",
]  # fmt: skip
"""Flags with which it reaches for nothing but the pages."""


def installed() -> str | None:
    """Its path, if there is one on this machine."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
