"""The demo shop: Qinghe Home, its two people, and what it has been through so far."""

import json
from datetime import datetime, timedelta

from chalicelib.domain.calendar import office_hours
from chalicelib.domain.canonical import Platform
from chalicelib.domain.drafts import Then
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.macros import Macro, macro_id
from chalicelib.domain.permissions import Role
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.return_lines import Way
from chalicelib.domain.shops import Address, Configuration, Shop
from chalicelib.domain.sla import SlaPolicy, Targets
from chalicelib.domain.staff import Staff
from chalicelib.domain.survey_policy import SurveyPolicy
from chalicelib.services import macros, shops, staff
from chalicelib.services.desk import Desk, desk
from chalicelib.services.house import house
from local import seed_cases, seed_returns, shop_api, state
from local.seed_past import Past, said

SHOP = "qinghe"
DOMAIN = "qinghe-home.myshopify.com"
WEBHOOK_SECRET = "qinghe-local-webhooks"  # noqa: S105 - it guards made-up orders on loopback
API_TOKEN = "qinghe-local-api"  # noqa: S105

OPEN_FOR = timedelta(days=21)
"""How long the shop has been there when it is first started."""

STAFF = (
    ("Mei", "mei@qinghe.example", Role.ADMIN, "en", "+4915112340001"),
    ("Li", "li@qinghe.example", Role.RETURNS_SPECIALIST, "zh-CN", "+8613900000002"),
)


def seed() -> None:
    """Set the demo shop up. On a state that has it already, nothing changes."""
    at = _desk()
    api_url = f"{at.house.settings.public_url}{shop_api.PREFIX}"
    shop = at.find(Shop, SHOP)
    if shop is None:
        # It has been there for as long as anything happened in it, and is listened for from today.
        begun = Past(house(), SHOP, _first_start())
        shops.put(begun.desk(begun.now - OPEN_FOR, ActorKind.SYSTEM), configuration(api_url))
        shops.put(_desk(), configuration(api_url))
    elif shop.api_url != api_url:
        # It listens on another port than last time.
        kept = {name: getattr(shop, name) for name in Configuration.model_fields}
        shops.put(_desk(), Configuration.model_validate({**kept, "api_url": api_url}))
    if not shops.webhook_secrets(at.house, SHOP):
        shops.add_webhook_secret(at.house, SHOP, WEBHOOK_SECRET)
        shops.set_api_token(at.house, SHOP, API_TOKEN)
    past = Past(house(), SHOP, _first_start())
    people = _people()
    _texts()
    seed_cases.play(past, people, "before", (*seed_cases.LAST_WEEKS, *seed_cases.TODAY[::2]))
    seed_returns.play(past, people[-1].id, WEBHOOK_SECRET)


def seed_today(batch: str) -> None:
    """What came in at the shop on this day, whatever day it is; the same batch comes in once."""
    seed_cases.play(Past(house(), SHOP, house().now()), _people(), batch, seed_cases.TODAY)


def configuration(api_url: str) -> Configuration:
    """How the demo shop is run: answers within two working hours, from eight to six."""
    hours = office_hours("Europe/Berlin", "08:00", "18:00", "")
    return Configuration(
        name="Qinghe Home",
        platform=Platform.SHOPIFY,
        domain=DOMAIN,
        api_url=api_url,
        languages=("en", "de", "zh-CN"),
        zone="Europe/Berlin",
        country="DE",
        currency="EUR",
        support_mail="hello@qinghe.example",
        support_phone="+493415550100",
        returns=ReturnPolicy(ways=(Way.SEND, Way.BRING)),
        return_address=Address(
            name="Qinghe Home, Returns",
            street="Lagerhofstraße 4",
            postcode="04103",
            city="Leipzig",
            country="DE",
        ),
        hours=hours,
        sla=SlaPolicy(normal=Targets(first_response=120, next_reply=240, resolution=2880)),
        surveys=SurveyPolicy(told_at_checkout=True),
    )


def _first_start() -> datetime:
    """When this state was first started: the shop's past lies before it, on every start alike."""
    file = state.folder() / "first-start.json"
    if not file.exists():
        state.write(file, {"at": house().now().isoformat()})
    return datetime.fromisoformat(json.loads(file.read_text())["at"])


def _texts() -> None:
    """The texts its staff answer with, where there are none of the name."""
    for name, (title, then, texts) in said()["macros"].items():
        if _desk().find(Macro, macro_id(name)) is None:
            macros.put(_desk(), name, title, texts, Then(then) if then else None)


def _people() -> list[Staff]:
    """Mei and Li, taken on if they are new."""
    at = _desk()
    known = {card.card["name"]: card.id for card in staff.everybody(at, limit=50, after=None).cards}
    people: list[Staff] = []
    for name, mail, role, language, phone in STAFF:
        if name in known:
            people.append(at.get(Staff, known[name]))
            continue
        person = staff.add(
            _desk(), name=name, mail=mail, role=role, language=language, zone=None, phone=phone
        )
        people.append(person)
    return people


def _desk() -> Desk:
    actor = Actor(kind=ActorKind.SYSTEM, id="seed")
    return desk(house(), SHOP, actor=actor, correlation=house().new_id("cli"))
