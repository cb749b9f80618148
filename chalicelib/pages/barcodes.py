"""Codes that scanners read, as pictures that a page holds within itself."""

from base64 import b64encode
from functools import cache
from typing import Any

_QUIET = {"write_text": False, "module_height": 12.0, "module_width": 0.35, "quiet_zone": 4.0}


@cache
def code128(text: str) -> str:
    """A Code 128 of some ASCII text as the address of an SVG image, for `img src`."""
    # Slow to import, and only printed pages need it.
    from barcode.codex import Code128
    from barcode.writer import SVGWriter

    code: Any = Code128(text, writer=SVGWriter())
    drawn: bytes = code.render(_QUIET)
    return f"data:image/svg+xml;base64,{b64encode(drawn).decode()}"
