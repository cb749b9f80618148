"""The settings' pages: a subject's form, what it would change, and publishing it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.calendar import office_hours
from chalicelib.domain.canonical import SeenBy
from chalicelib.domain.permissions import Role
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.return_lines import Reason, Wanted, Wish
from chalicelib.domain.return_requests import Asked
from chalicelib.domain.rules import Action, Rule
from chalicelib.domain.shops import Configuration, Shop
from chalicelib.domain.sla import SlaPolicy, Targets
from chalicelib.handlers.desk.settings.overview import settings_overview
from chalicelib.handlers.desk.settings.subject import settings_subject
from chalicelib.handlers.desk.settings.subjects import SUBJECTS
from chalicelib.services import catalogue, returns, shops
from chalicelib.web.app import AftercareApp
from tests.browser import FORM, Browser
from tests.clocks import standing_at
from tests.people import desk_of
from tests.shown_forms import Pairs, forms_of
from tests.unit.order_builders import DELIVERED, a_line, an_order_seen, delivered

pytestmark = pytest.mark.usefixtures("aws")

A_RULE = Rule(id="holidays", then=(Action(set="window_days", value=45),))
ACME = Configuration(
    name="Acme",
    domain="acme.example",
    api_url="https://acme.example/api",
    zone="Europe/Berlin",
    country="DE",
    hours=office_hours("Europe/Berlin", "08:00", "18:00", ""),
    sla=SlaPolicy(normal=Targets(first_response=125, next_reply=240, resolution=2880)),
    returns=ReturnPolicy(no_reason="EU-14D-WITHDRAWAL", rules=(A_RULE,)),
)


@pytest.fixture
def client() -> Iterator[Client]:
    shops.put(desk_of(), ACME)
    app = AftercareApp("settings")
    for door in (settings_overview, settings_subject):
        app.register_blueprint(door)
    with Client(app) as client:
        yield client


@pytest.fixture
def mei(client: Client) -> Browser:
    return Browser(client, Role.ADMIN)


def fields_of(page: HTTPResponse) -> Pairs:
    (form,) = (one for one in forms_of(page.body.decode()) if "/desk/settings/" in one.action)
    return form.fields


def send(mei: Browser, subject: str, fields: Pairs, step: str, **changed: str) -> HTTPResponse:
    """The fields as they are shown, but for those that are changed."""
    names = {name.replace("__", "."): value for name, value in changed.items()}
    kept = [(name, value) for name, value in fields if name not in names]
    body = urlencode([*kept, *names.items(), ("step", step)]).encode()
    return mei.client.http.post(f"/desk/settings/{subject}", body=body, headers=mei.cookie | FORM)


def opened(mei: Browser, subject: str) -> Pairs:
    page = mei.get(f"/desk/settings/{subject}")
    assert page.status_code == 200
    return fields_of(page)


def stored() -> Shop:
    return desk_of().get(Shop, "acme")


def differs(shop: Shop) -> set[str]:
    return {name for name in Configuration.model_fields if getattr(shop, name) != _acme(name)}


def _acme(name: str) -> Any:
    return getattr(ACME, name)


def test_the_overview_says_each_policy_in_a_sentence_and_since_when(mei: Browser) -> None:
    page = mei.get("/desk/settings").body.decode()

    assert "Monday to Friday 08:00–18:00" in page
    assert "Return window: 14 days from delivery, by the law of the European Union." in page
    assert "First answer within 125 working minutes, resolved within 48 working hours." in page
    assert "by the operator" in page


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_form_that_comes_back_as_it_was_shown_changes_nothing(mei: Browser, subject: str) -> None:
    fields = opened(mei, subject)
    looked = send(mei, subject, fields, "check")
    published = send(mei, subject, fields, "publish")

    assert "nothing to publish" in looked.body.decode()
    assert published.status_code == 303
    assert (stored().version, differs(stored())) == (1, set())


@pytest.mark.parametrize(
    ("subject", "changed", "part"),
    [
        ("shop", {"name": "Acme & Co"}, "name"),
        ("hours", {"hours__week__sat": "10:00-14:00"}, "hours"),
        ("answers", {"sla__normal__first_response": "2:30"}, "sla"),
        ("returns", {"returns__automatic_cap": "99.50"}, "returns"),
        ("surveys", {"surveys__enabled": ""}, "surveys"),
        ("calls", {"callbacks__max_attempts": "4"}, "callbacks"),
    ],
)
def test_a_subject_changes_its_own_fields_and_keeps_all_others(
    mei: Browser, subject: str, changed: dict[str, str], part: str
) -> None:
    preview = send(mei, subject, opened(mei, subject), "check", **changed)
    assert preview.status_code == 200
    assert "What changes" in preview.body.decode()

    done = send(mei, subject, fields_of(preview), "publish")

    assert (done.status_code, done.headers["Location"]) == (303, f"/desk/settings/{subject}")
    assert differs(stored()) == {part}
    (event, _), _ = desk_of().history("acme", limit=2)
    assert (event.type, event.data["fields"], event.actor) == (
        "shop.configured",
        [part],
        f"staff:{mei.person.id}",
    )


def test_a_policy_keeps_what_its_form_does_not_have(mei: Browser) -> None:
    preview = send(
        mei, "returns", opened(mei, "returns"), "check", returns__terms__restocking="12.5"
    )
    send(mei, "returns", fields_of(preview), "publish")

    kept = stored().returns
    assert kept.terms.restocking == 1250
    restored = kept.model_copy(update={"terms": ACME.returns.terms})
    assert restored == ACME.returns


def test_what_cannot_be_is_said_in_words_and_kept_as_it_was_typed(mei: Browser) -> None:
    answer = send(
        mei,
        "returns",
        opened(mei, "returns"),
        "check",
        returns__timers__decide_hours="1000",
        returns__automatic_cap="much",
        returns__transit_days="70",
    )
    page = answer.body.decode()

    assert answer.status_code == 422
    assert 'href="#returns.automatic_cap"' in page
    assert "Cap of what happens by itself: an amount, such as 12.50." in page
    assert ("returns.automatic_cap", "much") in fields_of(answer)
    again = send(mei, "returns", fields_of(answer), "check", returns__automatic_cap="1.00")
    assert "We decide within: at most 720." in again.body.decode()
    assert "at most 60." in again.body.decode()


def test_a_form_too_late_shows_what_changed_and_keeps_what_was_typed(mei: Browser) -> None:
    fields = opened(mei, "returns")
    others = ACME.returns.model_copy(update={"window_days": 30, "transit_days": 6})
    shops.put(desk_of(), ACME.model_copy(update={"returns": others}))

    answer = send(mei, "returns", fields, "publish", returns__transit_days="9")

    page, back = answer.body.decode(), dict(fields_of(answer))
    assert (answer.status_code, stored().version) == (412, 2)
    assert "Our own window, change of mind" in page
    assert "as long as the law gives</td><td>30 days" in page
    assert (back["returns.window_days"], back["returns.transit_days"]) == ("30", "9")
    send(mei, "returns", fields_of(answer), "publish")
    assert (stored().returns.window_days, stored().returns.transit_days) == (30, 9)


def test_a_double_click_publishes_once(mei: Browser) -> None:
    preview = fields_of(send(mei, "shop", opened(mei, "shop"), "check", name="Acme & Co"))

    first, second = (send(mei, "shop", preview, "publish") for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert stored().version == 2


def test_the_way_back_from_the_preview_keeps_what_was_typed(mei: Browser) -> None:
    preview = send(
        mei, "returns", opened(mei, "returns"), "check", returns__excluded_types="a\r\nb"
    )

    back = send(mei, "returns", fields_of(preview), "again")

    assert dict(fields_of(back))["returns.excluded_types"] == "a\r\nb"


def test_the_effect_on_the_last_month_is_counted_from_its_returns(mei: Browser) -> None:
    order_then = DELIVERED + timedelta(days=20)
    with standing_at(order_then):
        mei = Browser(mei.client, Role.MANAGER)
        _asked_back("o1", Reason.NO_REASON)
        shown = opened(mei, "returns")
        stricter = send(mei, "returns", shown, "check", returns__window_days="10")
        # The rule grants 45 days; without it 20 are too late.
        shops.put(desk_of(), ACME.model_copy(update={"returns": _without_rules()}))
        refused = send(mei, "returns", opened(mei, "returns"), "check", returns__window_days="10")
    with standing_at(order_then + timedelta(days=40)):
        late = Browser(mei.client, Role.MANAGER, "zh-CN")
        nothing = send(late, "returns", opened(late, "returns"), "check", returns__window_days="9")

    assert "None of them would have come out differently." in stricter.body.decode()
    assert "1 return was asked for" in refused.body.decode()
    assert "1 would have been refused that is allowed now." in refused.body.decode()
    assert nothing.status_code == 200
    assert "过去 30 天没有退货申请" in nothing.body.decode()


def _without_rules() -> ReturnPolicy:
    return ACME.returns.model_copy(update={"rules": (), "window_days": 30})


def _asked_back(order_number: str, reason: Reason) -> None:
    seen = an_order_seen(a_line("l1", quantity=1), outside_id=order_number, number=order_number)
    order = catalogue.take_order(desk_of(), [seen, *delivered(order_number)], SeenBy.WEBHOOK)
    assert order is not None
    wanted = (Wanted(line_id="l1", quantity=1, reason=reason),)
    asked = Asked(wish=Wish.REFUND, note="", channel="phone", language="en")
    returns.request_by_staff(desk_of(), order.id, wanted, asked)


def test_the_history_names_what_changed_newest_first_by_pages(mei: Browser) -> None:
    for number in range(3):
        changed = ACME.model_copy(update={"support_phone": f"+4930{number}"})
        shops.put(desk_of(), changed)

    first = mei.get("/desk/settings/history?limit=2").body.decode()
    rest = mei.get(first.partition('rel="next" href="')[2].partition('"')[0]).body.decode()

    assert first.index("Version 4") < first.index("Version 3")
    assert "Support phone" in first
    assert "The shop was set up." in rest


def test_only_who_may_manage_the_shop_is_shown_the_way(client: Client) -> None:
    agent, manager = Browser(client, Role.AGENT), Browser(client, Role.MANAGER)

    assert agent.get("/desk/settings").status_code == 403
    page = manager.get("/desk/settings").body.decode()
    assert "/desk/settings/people" not in page
    assert 'href="/desk/settings"' in page
