"""What is wrong with a field, in words."""

from collections.abc import Iterable, Mapping

from chalicelib.handlers.desk.settings.forms import Entry, Fault
from chalicelib.locales import Say


def wrongs(say: Say, entries: Iterable[Entry], faults: Mapping[str, Fault]) -> dict[str, str]:
    """By the field's name, what it is called and what would be right, in the form's order."""
    return {
        one.path: say("%(field)s: %(wrong)s")
        % {"field": one.label, "wrong": _words(say, faults[one.path])}
        for one in entries
        if one.path in faults
    }


def _words(say: Say, fault: Fault) -> str:
    limits = {
        "greater_than_equal": say("at least %(limit)s."),
        "less_than_equal": say("at most %(limit)s."),
        "string_too_long": say("at most %(limit)s characters."),
        "string_too_short": say("please fill this in."),
        "missing": say("please fill this in."),
        "too_short": say("please fill this in."),
    }
    kinds = {
        "line": say("one line, without special characters."),
        "whole": say("a whole number, such as 14."),
        "hours": say("hours, such as 2 or 2:30."),
        "amount": say("an amount, such as 12.50."),
        "percent": say("a percentage with at most two decimals, such as 12.5."),
        "choice": say("please choose one of the list."),
        "span": say("from and to on one day, such as 09:00–20:00."),
        "spans": say("times that follow one another, such as 09:00–12:00, 13:00–18:00."),
        "special": say("a date a line, each once, such as 2026-12-24 09:00–12:00."),
        "zone": say("there is no such time zone; one is written like Europe/Berlin."),
        "country": say("two capital letters, such as DE."),
        "currency": say("three capital letters, such as EUR."),
        "languages": say("language tags with commas between them, such as en, de, zh-CN."),
    }
    return (limits | kinds).get(fault.code, kinds["line"]) % {"limit": fault.limit}
