"""Templates that speak a language."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.locales import catalogue, formats

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(
    folder: str, locale: str, *, escaping: bool, words: Mapping[str, object]
) -> "Environment":
    """The templates of a folder of this package, in a language: with `_("...")`, `ngettext` and
    how money and time are said; `words` are known in all of them. `escaping` is for HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Jinja's own types are those of its built-in filters and globals; ours are others.
    environment: Any = Environment(
        loader=PackageLoader("chalicelib", folder),
        autoescape=escaping,  # noqa: S701 - plain text is not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(locale), newstyle=True)
    environment.filters |= {
        name: _in(locale, say)
        for name, say in {
            "money": formats.money,
            "moment": formats.moment,
            "day": formats.day,
            "last_day": formats.last_day,
            "last_moment": formats.last_moment,
            "full_day": formats.full_day,
            "exact_moment": formats.exact_moment,
            "clock": formats.clock,
            "zone_name": formats.zone_name,
            "ago": formats.ago,
            "duration": formats.duration,
            "file_size": formats.file_size,
            "country_name": formats.country_name,
            "opening_hours": formats.opening_hours,
        }.items()
    }
    environment.filters["language_name"] = formats.language_name
    environment.filters["local_day"] = formats.local_day
    environment.globals |= {"locale": locale, **words}
    return environment


def _in(locale: str, say: Callable[..., str]) -> Callable[..., str]:
    def in_locale(*values: Any) -> str:
        return say(*values, locale)

    return in_locale
