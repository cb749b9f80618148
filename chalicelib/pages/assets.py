"""Static files, each under a name that carries its content's hash, so that it can be kept for
ever. A page loads one stylesheet: the library, what all pages share, and what its frame needs."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.settings import settings

STATIC = Path(__file__).parent / "static"

_LIBRARY = "pico-2.1.1.min.css"
_SHEETS = {"slip.css": "css/slip", "desk.css": "css/desk"}
"""What a frame's stylesheet holds beside the library and `css/common.css`: all of a folder."""

_LINK = re.compile(r'(url\("|from "\./)([\w.-]+)"')

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is served; `Cache-Control: public, max-age=31536000, immutable`."""

    content: bytes
    content_type: str


def static_url(name: str) -> str:
    """The link to a file of `pages/static`, such as `desk.css` or `htmx.js`. Raises KeyError for a
    name that is not there."""
    return f"{urlsplit(settings().public_url).path.rstrip('/')}/static/{_hashed_names()[name]}"


def scripts() -> tuple[str, ...]:
    """The links to the scripts of the staff's pages; a comfort that no page needs."""
    return tuple(static_url(name) for name in _hashed_names() if name.endswith(".js"))


def asset(hashed_name: str) -> Asset | None:
    """What `/static/<hashed_name>` answers; None for any other name."""
    for name, hashed in _hashed_names().items():
        if hashed == hashed_name:
            return Asset(_content(name), _TYPES[Path(name).suffix])
    return None


@cache
def _hashed_names() -> dict[str, str]:
    alone = [path.name for path in STATIC.iterdir() if path.suffix in (".woff2", ".svg")]
    script_names = [path.name for path in (STATIC / "js").glob("*.js")]
    return {name: _hashed(name) for name in sorted([*alone, *script_names, *_SHEETS])}


def _hashed(name: str) -> str:
    digest = hashlib.sha256(_content(name)).hexdigest()[:12]
    path = Path(name)
    return f"{path.stem}.{digest}{path.suffix}"


@cache
def _content(name: str) -> bytes:
    if name in _SHEETS:
        return _with_hashed_names(_sheet(_SHEETS[name]))
    if name.endswith(".js"):
        return _with_hashed_names((STATIC / "js" / name).read_text("utf-8"))
    return (STATIC / name).read_bytes()


def _sheet(folder: str) -> str:
    of_frame = sorted((STATIC / folder).glob("*.css"))
    parts = [STATIC / _LIBRARY, STATIC / "css" / "common.css", *of_frame]
    return "\n".join(part.read_text("utf-8") for part in parts)


def _with_hashed_names(text: str) -> bytes:
    """Our own files are named as they lie here, and are served beside each other."""
    return _LINK.sub(lambda found: f'{found[1]}{_hashed(found[2])}"', text).encode()
