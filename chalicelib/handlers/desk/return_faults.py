"""What keeps a form of a return's page from being taken, in its reader's words."""

from collections.abc import Callable

from chalicelib.domain.errors import Invalid
from chalicelib.locales import catalogue
from chalicelib.web.forms import fields

_COUNTS = ("quantity", "accepted")
_CHOICES = ("grade", "disposition", "rejection", "code", "how")


def faults(error: Invalid, act: str, locale: str) -> dict[str, str]:
    """Each by the id that its field has on the page; by the form's where it is none of its
    fields."""
    say = catalogue(locale).gettext
    if "errors" in error.facts:
        unread = [str(one["field"]) for one in error.facts["errors"]]
        return {_id(act, name): _unread(name, say) for name in unread}
    name = _named(error)
    return {_id(act, name): _refused(error, act, say)}


def _id(act: str, name: str) -> str:
    is_shown = name.rpartition(".")[2] in (*_COUNTS, *_CHOICES, "text")
    return f"{act}.{name}" if is_shown else act


def _named(error: Invalid) -> str:
    """The field that the rules refused; the first count where it is about all of them."""
    line, field = error.facts.get("line"), error.field or ""
    named = (name for name, values in fields().items() if values == [line])
    place = next(named, "lines.0.line_id").removesuffix("line_id")
    return place + ("quantity" if field == "lines" else field)


def _unread(name: str, say: Callable[[str], str]) -> str:
    match name.rpartition(".")[2]:
        case "quantity" | "accepted":
            return say("Enter a whole number from 0 to 100,000.")
        case "text":
            return say("This is too long: at most 5,000 characters.")
        case field if field in _CHOICES:
            return say("Please choose one")
        case _:
            return say("Please look at what you entered.")


def _refused(error: Invalid, act: str, say: Callable[[str], str]) -> str:
    most = {"most": error.facts.get("most")}
    too_many = say("No more than %(most)s: so many were asked for.") % most
    none = say("Agree to one unit at least, or decline.")
    words = {
        "authorization.lines": too_many if "most" in error.facts else none,
        "receipt.lines": say("Enter how many units of which line are here."),
        "inspection.accepted": say("No more than %(most)s: so many arrived of those agreed to.")
        % most,
        "inspection.disposition": say(
            "Only what is as good as new, A or B, goes back on the shelf."
        ),
        "inspection.rejection": say(
            "Choose why not all of it is accepted: a reason that the law allows here."
        ),
    }
    return words.get(f"{act}.{error.field}", say("Please look at what you entered."))
