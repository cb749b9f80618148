"""What people type into our forms: what keeps it from being taken, in their language."""

from chalicelib.domain.threads import LONGEST_TEXT
from chalicelib.locales import Say, catalogue


def message_wrong(text: str, locale: str) -> str:
    """Of a message; empty if nothing does."""
    say = catalogue(locale).gettext
    if not text.strip():
        return say("Please write a few words.")
    is_long = len(text) > LONGEST_TEXT
    return say("This is too long: at most 20,000 characters.") if is_long else ""


def too_long(text: str, most: int, say: Say) -> str:
    """Of any text; empty for one that fits."""
    words = say("Please shorten this: %(length)s characters, and %(most)s fit.")
    return words % {"length": len(text), "most": most} if len(text) > most else ""
