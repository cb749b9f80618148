"""The pages people see: rendered here, plain without JavaScript, in the reader's language."""

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalicelib.domain.customers import masked
from chalicelib.domain.presets import withdrawal_function
from chalicelib.domain.presets.withdrawal import FunctionWords
from chalicelib.locales import choose_locale, languages
from chalicelib.pages.assets import Asset, asset, scripts, static_url
from chalicelib.pages.keys import KEYS
from chalicelib.settings import settings

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Asset", "asset", "choose_locale", "languages", "page", "static_url", "url"]


def page(template: str, locale: str, **context: Any) -> str:
    """A page of `pages/templates` in a language. A name the template uses and the context
    lacks raises `jinja2.UndefinedError`: a hole in a page is a defect, not an empty string.
    """
    return _environment(locale).get_template(template).render(context)


def url(path: str) -> str:
    """A path of this service as a link on its pages: under the prefix of `public_url`, without
    its host, so that a page works under every name it is reached by."""
    return urlsplit(settings().public_url).path.rstrip("/") + path


def in_language(here: str, locale: str) -> str:
    """The link to the same page (`here`: path and query) in another language."""
    parts = urlsplit(here)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return url(f"{parts.path}?{urlencode([*query, ('lang', locale)])}")


def withdrawal_words(country: str | None, locale: str) -> FunctionWords | None:
    """How the withdrawal function is called on a page, where the law of a shop's or a buyer's
    country wants one; None elsewhere."""
    function = withdrawal_function()
    return function.words_in(locale) if country in function.countries else None


@cache
def _environment(locale: str) -> "Environment":
    from chalicelib.locales.jinja import templates

    words = {
        "url": url,
        "static_url": static_url,
        "scripts": scripts,
        "KEYS": KEYS,
        "in_language": in_language,
        "withdrawal_words": withdrawal_words,
        "masked": masked,
        # Between two sentences; Chinese full stops bring their own.
        "gap": "" if locale.startswith("zh") else " ",
    }
    return templates("pages/templates", locale, escaping=True, words=words)
