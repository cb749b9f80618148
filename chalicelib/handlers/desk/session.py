"""Signing in and out of the staff's pages.

The mailed link opens a page with a button; only pressing it spends the link, so a mail
scanner that follows links signs nobody in and uses nothing up.
"""

from chalice.app import Blueprint, Response
from pydantic import Field, field_validator

from chalicelib.domain import staff as rules
from chalicelib.domain.errors import Expired, Forbidden, Invalid
from chalicelib.domain.events import ActorKind
from chalicelib.domain.shops import SHOP_ID
from chalicelib.domain.staff import SESSION_LIFETIME
from chalicelib.locales import catalogue
from chalicelib.services import staff as staff_service
from chalicelib.settings import settings
from chalicelib.web.answers import asked_locale, html, refused, see_other
from chalicelib.web.auth import any_staff, desk, desk_at_door, public, session_cookie_name
from chalicelib.web.exchange import header, here
from chalicelib.web.forms import Body, body, field, query
from chalicelib.web.limits import knock
from chalicelib.web.operations import webpage

session = Blueprint(__name__)

SIGN_IN = "desk/sign-in.html"
TRIES = 30
"""Links that are spent in ten minutes from one place, good ones and others."""


class SignIn(Body):
    shop: str = Field(min_length=1, max_length=64)
    mail: str = Field(min_length=3, max_length=254)

    @field_validator("shop")
    @classmethod
    def _could_be_a_shop(cls, name: str) -> str:
        if not SHOP_ID.fullmatch(name.lower()):
            raise ValueError("no shop is called so")
        return name.lower()


class Once(Body):
    once: str = Field(max_length=300)


class Asked(Body):
    once: str | None = Field(default=None, max_length=300)
    sent: str | None = None
    shop: str | None = Field(default=None, max_length=64)
    lang: str | None = None


@session.route("/desk/sign-in", methods=["GET"])
@public
@webpage("/desk/sign-in")
def sign_in_page() -> Response:
    asked = query(Asked)
    if asked.once:
        return html("desk/sign-in-once.html", asked_locale(), once=asked.once)
    sent, shop_id = asked.sent is not None, asked.shop or ""
    return html(SIGN_IN, asked_locale(), sent=sent, errors={}, shop_id=shop_id, mail="")


@session.route("/desk/sign-in", methods=["POST"])
@public
@webpage("/desk/sign-in?sent=1")
def ask_for_link() -> Response:
    """Answers the same whether there is such a shop and somebody with this address or not."""
    try:
        asked = body(SignIn)
    except Invalid as error:
        say = catalogue(asked_locale()).gettext
        errors = {one["field"]: say("Please fill this in.") for one in error.facts["errors"]}
        if errors.keys() == {"shop"} and field("shop").strip():
            errors["shop"] = say("A shop's short name has only letters, digits and hyphens.")
        typed = {"shop_id": field("shop"), "mail": field("mail")}
        return refused(SIGN_IN, asked_locale(), sent=False, errors=errors, **typed)
    staff_service.send_sign_in_link(desk_at_door(asked.shop, ActorKind.STAFF), asked.mail)
    return see_other("/desk/sign-in?sent=1")


@session.route("/desk/session", methods=["POST"])
@public
@webpage("/desk/sign-in")
def sign_in() -> Response:
    if header("sec-fetch-site") == "cross-site":
        raise Forbidden("Signing in starts on our own page.", reason="cross-site")
    once = body(Once).once
    shown = rules.presented(once)
    if shown is None:
        raise Expired("This sign-in link is not one of ours.")
    door = desk_at_door(shown.shop, ActorKind.STAFF)
    knock(door, "sign-in", limit=TRIES)
    issued = staff_service.sign_in(door, once)
    return _with_cookie(see_other("/desk"), issued.text, int(SESSION_LIFETIME.total_seconds()))


@session.route("/desk/sign-out", methods=["POST"])
@any_staff
@webpage("/desk/sign-in")
def sign_out() -> Response:
    return signed_out(see_other("/desk/sign-in"))


def signed_out(response: Response) -> Response:
    """An answer after which its reader is not signed in any more."""
    staff_service.sign_out(desk(), here().session)
    return _with_cookie(response, "", 0)


def _with_cookie(response: Response, value: str, seconds: int) -> Response:
    only_https = "; Secure" if settings().public_url.startswith("https:") else ""
    kept = f"Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{only_https}"
    response.headers["Set-Cookie"] = f"{session_cookie_name()}={value}; {kept}"
    return response
