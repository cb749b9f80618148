"""One subject of the settings: its form, what a change would do, and publishing it.

The form comes back to be looked at first; then it is published as one commit. What others changed
meanwhile is shown, and every field that was not touched takes their value.
"""

import json
import secrets
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any, cast

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import Stale
from chalicelib.domain.permissions import Permission
from chalicelib.domain.return_lines import Reason
from chalicelib.domain.shops import Configuration, Shop
from chalicelib.handlers.desk.pages import STALE, seen, staff_page
from chalicelib.handlers.desk.settings import subjects
from chalicelib.handlers.desk.settings.forms import (
    Change,
    Typed,
    Wrong,
    changes,
    shown,
    typed,
    wanted,
)
from chalicelib.handlers.desk.settings.overview import MOST_PEOPLE
from chalicelib.handlers.desk.settings.subjects import Subject
from chalicelib.handlers.desk.settings.told import Told, changes_of, last_change
from chalicelib.handlers.desk.settings.words import Words
from chalicelib.handlers.desk.settings.wrongs import wrongs
from chalicelib.locales import catalogue
from chalicelib.services import shops
from chalicelib.services import staff as staff_service
from chalicelib.services.desk import Desk
from chalicelib.services.policy_effect import on_last_month
from chalicelib.web.answers import see_other
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.forms import field, fields
from chalicelib.web.operations import webpage

settings_subject = Blueprint(__name__)


@dataclass(frozen=True, slots=True)
class Back:
    """What a form comes back with; `given` is what it says, None if it is as it stands."""

    status: int = 200
    given: Typed | None = None
    errors: dict[str, str] = field_of(default_factory=dict[str, str])
    meanwhile: list[Change] = field_of(default_factory=list[Change])
    """What others changed of this subject since the form was opened."""
    others: list[Told] = field_of(default_factory=list[Told])
    """All that others changed since then."""
    is_unchanged: bool = False


PAGE = "/desk/settings/{subject}"


@settings_subject.route(PAGE, methods=["GET"])
@staff_only(Permission.MANAGE_SHOP)
@webpage(PAGE)
def show(subject: str) -> Response:
    here, about = desk(), subjects.subject(subject)
    return _form(here, about, here.get(Shop, here.shop_id), Back())


@settings_subject.route(PAGE, methods=["POST"])
@staff_only(Permission.MANAGE_SHOP)
@webpage(PAGE)
def take(subject: str) -> Response:
    here, about = desk(), subjects.subject(subject)
    try:
        match field("step"):
            case "publish":
                shops.amend(here, lambda shop: _wanted(here, about, shop))
                return see_other(PAGE.format(subject=subject))
            case "again":
                shop = here.get(Shop, here.shop_id)
                return _form(here, about, shop, Back(given=_typed(here, about, shop)))
            case _:
                return _preview(here, about, here.get(Shop, here.shop_id))
    except Stale:
        return _stale(here.aside(), about)
    except Wrong as wrong:
        shop = here.aside().get(Shop, here.shop_id)
        words = _words(here)
        errors = wrongs(words.say, about.entries(shop, words), wrong.faults)
        return _form(here, about, shop, Back(422, _typed(here, about, shop), errors))


def _preview(here: Desk, about: Subject, shop: Shop) -> Response:
    entries = about.entries(shop, _words(here))
    before, given = shown(shop, entries), _typed(here, about, shop)
    new = wanted(shop, entries, given)
    found = changes(entries, before, given)
    if all(getattr(shop, name) == getattr(new, name) for name in about.fields):
        return _form(here, about, shop, Back(given=given, is_unchanged=True))
    return staff_page(
        200,
        "desk/settings/preview.html",
        place="settings",
        about=about.name,
        changes=found,
        given=given,
        was=json.dumps(before),
        shop=shop,
        month=on_last_month(here, shop, new.returns) if about.name == "returns" else None,
        form_key=secrets.token_hex(8),
    )


def _stale(here: Desk, about: Subject) -> Response:
    """What somebody else changed since, and the form with what was typed here on top of it."""
    shop = here.get(Shop, here.shop_id)
    entries = about.entries(shop, _words(here))
    now, given, was = shown(shop, entries), _typed(here, about, shop), _was()
    merged = {path: text if text != was.get(path) else now[path] for path, text in given.items()}
    told, _ = changes_of(here)
    back = Back(
        STALE,
        merged,
        meanwhile=changes(entries, {path: was.get(path, now[path]) for path in now}, now),
        others=[one for one in told if one.version > seen()],
    )
    return _form(here, about, shop, back)


def _form(here: Desk, about: Subject, shop: Shop, back: Back) -> Response:
    words = _words(here)
    now = shown(shop, about.entries(shop, words))
    told, _ = changes_of(here)
    return staff_page(
        back.status,
        "desk/settings/subject.html",
        place="settings",
        about=about.name,
        groups=about.groups(shop, words),
        given=now if back.given is None else back.given,
        was=json.dumps(now),
        back=back,
        shop=shop,
        laws=[shop.returns.law(reason) for reason in (Reason.NO_REASON, Reason.DEFECTIVE)],
        last=last_change(told).get(about.name),
        is_stale=back.status == STALE,
    )


def _wanted(here: Desk, about: Subject, shop: Shop) -> Configuration:
    entries = about.entries(shop, _words(here))
    return wanted(shop, entries, _typed(here, about, shop))


def _typed(here: Desk, about: Subject, shop: Shop) -> Typed:
    entries = about.entries(shop, _words(here))
    return typed(entries, fields(), shown(shop, entries))


def _was() -> Typed:
    """What the form said when it was opened, as it says itself; nothing if it does not."""
    try:
        told: Any = json.loads(field("was") or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    found = cast("dict[str, Any]", told)
    return {path: text for path, text in found.items() if isinstance(text, str)}


def _words(here: Desk) -> Words:
    def people() -> list[tuple[str, str]]:
        cards = staff_service.everybody(here, limit=MOST_PEOPLE, after=None).cards
        return [(one.id, str(one.card["name"])) for one in cards if not one.card["disabled"]]

    return Words(catalogue(caller().language).gettext, caller().language, people)
