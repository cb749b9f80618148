"""The settings of the shop by subject, and what was changed when."""

from chalice.app import Blueprint, Response

from chalicelib.domain.permissions import Permission
from chalicelib.domain.return_lines import Reason
from chalicelib.domain.shops import Shop
from chalicelib.handlers.desk.pages import staff_page
from chalicelib.handlers.desk.settings.subjects import SUBJECTS
from chalicelib.handlers.desk.settings.told import changes_of, last_change
from chalicelib.handlers.desk.settings.words import week_words
from chalicelib.locales import catalogue
from chalicelib.services import staff as staff_service
from chalicelib.web.auth import caller, desk, staff_only
from chalicelib.web.cursors import Paging, after, cursor
from chalicelib.web.forms import query
from chalicelib.web.operations import webpage

settings_overview = Blueprint(__name__)

PLACE = "/desk/settings"
HISTORY = "/desk/settings/history"
MOST_PEOPLE = 100


@settings_overview.route(PLACE, methods=["GET"])
@staff_only(Permission.MANAGE_SHOP)
@webpage(PLACE)
def overview() -> Response:
    here, say = desk(), catalogue(caller().language).gettext
    # What is remembered of the shop may be a minute old.
    shop = here.get(Shop, here.shop_id)
    changes, _ = changes_of(here)
    may_manage_staff = Permission.MANAGE_STAFF in caller().permissions
    people = staff_service.everybody(here, limit=MOST_PEOPLE, after=None).cards
    return staff_page(
        200,
        "desk/settings/overview.html",
        place="settings",
        shop=shop,
        subjects=list(SUBJECTS),
        law=shop.returns.law(Reason.NO_REASON),
        last=last_change(changes),
        hours=week_words(shop.hours.week, say),
        calls=week_words(shop.callbacks.daytime, say),
        people=[one for one in people if not one.card["disabled"]] if may_manage_staff else None,
    )


@settings_overview.route(HISTORY, methods=["GET"])
@staff_only(Permission.MANAGE_SHOP)
@webpage(HISTORY)
def history() -> Response:
    here, paging = desk(), query(Paging)
    changes, following = changes_of(
        here, limit=paging.limit, after=after(here, HISTORY, paging.cursor)
    )
    more = cursor(here, HISTORY, following)
    return staff_page(
        200,
        "desk/settings/history.html",
        place="settings",
        changes=changes,
        more=f"{HISTORY}?cursor={more}" if more else "",
    )
