"""A case's number for scanners: as a QR code and as a Code 128 bar code, each a `data:` image."""

from functools import cache
from urllib.parse import quote

_AROUND, _BESIDE = 4, 10
"""Modules of white around a QR code (ISO/IEC 18004) and on either side of a bar code (ISO/IEC
15417)."""


@cache
def qr_code(number: str) -> str:
    """The address of a picture that says nothing but the number."""
    # Only slips have codes, and no cold start should pay for them.
    import segno

    return segno.make(number, error="m", micro=False).svg_data_uri(
        border=_AROUND, light="#fff", dark="#000", omitsize=True, nl=False
    )


@cache
def bar_code(number: str) -> str:
    """The address of a picture that says nothing but the number; it may be drawn at any width and
    height."""
    from barcode import Code128

    (modules,) = Code128(number).build()
    bars = "".join(f"M{at} 0h1v1h-1z" for at, module in enumerate(modules) if module == "1")
    box = f"{-_BESIDE} 0 {len(modules) + 2 * _BESIDE} 1"
    return "data:image/svg+xml," + quote(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" preserveAspectRatio="none">'
        f'<path fill="#fff" d="M{-_BESIDE} 0h{len(modules) + 2 * _BESIDE}v1H{-_BESIDE}z"/>'
        f'<path d="{bars}" shape-rendering="crispEdges"/></svg>'
    )
