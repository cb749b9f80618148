"""Static files, each under a name that carries its content's hash, so that it can be kept for
ever. One stylesheet a page: the library and our own are served as one."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.settings import settings

_FILES = Path(__file__).parent / "static"
_SHEETS = {"aftercare.css": ("pico-2.1.1.min.css", "aftercare.css")}
_TYPES = {".css": "text/css; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is served; `Cache-Control: public, max-age=31536000, immutable`."""

    content: bytes
    content_type: str


def static_url(name: str) -> str:
    """The link to a file of `pages/static`, such as `aftercare.css`. Raises KeyError for a name
    that is not there."""
    return f"{urlsplit(settings().public_url).path.rstrip('/')}/static/{_hashed_names()[name]}"


def asset(hashed_name: str) -> Asset | None:
    """What `/static/<hashed_name>` answers; None for any other name."""
    for name, hashed in _hashed_names().items():
        if hashed == hashed_name:
            return Asset(_content(name), _TYPES[Path(name).suffix])
    return None


@cache
def _hashed_names() -> dict[str, str]:
    names = [p.name for p in _FILES.iterdir() if p.suffix in _TYPES and not p.match("pico*")]
    return {name: _hashed(name) for name in sorted(names)}


def _hashed(name: str) -> str:
    digest = hashlib.sha256(_content(name)).hexdigest()[:12]
    path = Path(name)
    return f"{path.stem}.{digest}{path.suffix}"


@cache
def _content(name: str) -> bytes:
    if name not in _SHEETS:
        return (_FILES / name).read_bytes()
    sheet = "\n".join((_FILES / part).read_text("utf-8") for part in _SHEETS[name])
    # Our own files are named as they lie here; a stylesheet's links are relative to itself.
    return re.sub(
        r'url\("([\w.-]+)"\)', lambda found: f'url("{_hashed(found[1])}")', sheet
    ).encode()
