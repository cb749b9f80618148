"""A subject's form: what it shows is what it reads, whatever the shop."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.calendar import Span, SpecialDay, Week, WorkingHours
from chalicelib.domain.callback_policy import CallbackPolicy
from chalicelib.domain.policy import ReturnPolicy
from chalicelib.domain.presets import legal_presets
from chalicelib.domain.presets.legal import FreightPayer
from chalicelib.domain.refund_terms import RefundTerms, ShippingRule
from chalicelib.domain.return_lines import Wish
from chalicelib.domain.return_timers import Timers
from chalicelib.domain.rules import Action, Rule
from chalicelib.domain.shops import Address, Configuration, Shop
from chalicelib.domain.sla import SlaPolicy, Targets
from chalicelib.domain.survey_policy import Basis, SurveyPolicy
from chalicelib.handlers.desk.settings.forms import Wrong, shown, typed, wanted
from chalicelib.handlers.desk.settings.subjects import SUBJECTS
from chalicelib.handlers.desk.settings.words import Words

WORDS = Words(lambda text: text, "en", lambda: [("stf_1", "Mei")])

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
_MONEY = st.integers(0, 10**9)
_MINUTES = st.integers(0, 1440)


def _numbers(model: type[Any], **named: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A policy with any whole numbers its fields allow."""
    numbers = {
        name: st.integers(
            next((m.ge for m in field.metadata if hasattr(m, "ge")), 0),
            next((m.le for m in field.metadata if hasattr(m, "le")), 100_000),
        )
        for name, field in model.model_fields.items()
        if field.annotation is int
    }
    return st.builds(model, **(numbers | named))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    marks = sorted(draw(st.lists(_MINUTES, max_size=6, unique=True)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(Span(opens=opens, closes=closes) for opens, closes in pairs)


WEEKS = st.builds(Week, **dict.fromkeys(Week.model_fields, spans()))
SPECIAL = st.dictionaries(st.dates(date(2026, 1, 1), date(2030, 1, 1)), spans(), max_size=3)
TARGETS = _numbers(Targets)
TERMS = _numbers(
    RefundTerms,
    shipping=st.sampled_from(ShippingRule),
    standard_shipping=st.none() | _MONEY,
    restocking_cap=st.none() | _MONEY,
    label_fee=_MONEY,
    shop_at_fault=st.booleans(),
)
RETURNS = _numbers(
    ReturnPolicy,
    no_reason=st.sampled_from(sorted(legal_presets())),
    fault=st.sampled_from(sorted(legal_presets())),
    window_days=st.none() | st.integers(0, 3650),
    rules=st.just((Rule(id="r", then=(Action(set="window_days", value=9),)),)),
    excluded_types=st.lists(_TEXT, max_size=3).map(tuple),
    wishes=st.lists(st.sampled_from(Wish), unique=True).map(tuple),
    freight_payer=st.sampled_from(FreightPayer),
    terms=TERMS,
    loss_by_grade=st.dictionaries(st.sampled_from("abcdx"), st.integers(0, 10_000)),
    timers=_numbers(Timers),
)
SURVEYS = _numbers(
    SurveyPolicy,
    enabled=st.booleans(),
    daytime=spans().filter(bool).map(lambda some: some[0]),
    bases=st.dictionaries(st.sampled_from(["DE", "FR", "CN", "JP"]), st.sampled_from(Basis)),
    told_at_checkout=st.booleans(),
)
HOURS = st.builds(
    lambda week, special: WorkingHours(
        zone="Asia/Shanghai",
        week=week,
        country="CN",
        special=tuple(SpecialDay(on=on, spans=some) for on, some in special.items()),
    ),
    WEEKS,
    SPECIAL,
)
CONFIGURATIONS = st.builds(
    Configuration,
    name=_TEXT.filter(bool),
    languages=st.lists(st.sampled_from(["en", "de", "zh-CN"]), min_size=1).map(tuple),
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    country=st.sampled_from(["", "DE", "FR"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    support_mail=_TEXT,
    support_phone=_TEXT,
    return_address=st.none()
    | st.builds(
        Address, name=_TEXT, street=_TEXT, postcode=_TEXT, city=_TEXT, country=st.just("DE")
    ),
    hours=HOURS,
    sla=_numbers(SlaPolicy, low=TARGETS, normal=TARGETS, high=TARGETS, urgent=TARGETS),
    returns=RETURNS,
    surveys=SURVEYS,
    callbacks=_numbers(
        CallbackPolicy, daytime=WEEKS, manager_on_duty=st.sampled_from(["", "stf_1", "stf_gone"])
    ),
)


def as_shop(configuration: Configuration) -> Shop:
    values = {name: getattr(configuration, name) for name in Configuration.model_fields}
    return Shop(shop="acme", id="acme", **values)


few = settings(max_examples=30)
"""A configuration is drawn from a hundred fields."""


@few
@given(CONFIGURATIONS)
def test_a_form_that_comes_back_as_it_was_shown_changes_nothing(one: Configuration) -> None:
    shop = as_shop(one)
    for subject in SUBJECTS.values():
        entries = subject.entries(shop, WORDS)
        text = shown(shop, entries)
        sent = {path: [value.replace("\n", "\r\n")] for path, value in text.items()}

        assert wanted(shop, entries, typed(entries, sent, text)) == one


@few
@given(CONFIGURATIONS)
def test_what_a_field_shows_it_reads(one: Configuration) -> None:
    """Typed into the form of another shop it makes that shop's value the same."""
    plain = as_shop(Configuration(name="Acme", currency=one.currency))
    for name in ("hours", "answers", "surveys", "calls"):
        entries = SUBJECTS[name].entries(plain, WORDS)
        told = {path: text for path, text in shown(one, entries).items() if text != "stf_gone"}

        made = wanted(plain, entries, shown(plain, entries) | told)

        assert shown(made, entries) == shown(plain, entries) | told
        untouched = Configuration.model_fields.keys() - SUBJECTS[name].fields
        assert all(getattr(made, other) == getattr(plain, other) for other in untouched)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("sla.normal.first_response", "2", 120),
        ("sla.normal.first_response", "2:30", 150),
        ("sla.normal.first_response", "0,5", 30),
        ("sla.normal.first_response", "1：05", 65),
    ],
)
def test_hours_are_typed_as_people_say_them(path: str, text: str, value: int) -> None:
    shop = as_shop(Configuration(name="Acme"))
    entries = SUBJECTS["answers"].entries(shop, WORDS)

    made = wanted(shop, entries, shown(shop, entries) | {path: text})

    assert made.sla.normal.first_response == value


@pytest.mark.parametrize(
    ("currency", "text", "units"),
    [("EUR", "12,5", 1250), ("JPY", "1200", 1200), ("KWD", "1.005", 1005), ("EUR", "1.005", None)],
)
def test_amounts_have_the_currencys_own_decimals(
    currency: str, text: str, units: int | None
) -> None:
    shop = as_shop(Configuration(name="Acme", currency=currency))
    entries = SUBJECTS["returns"].entries(shop, WORDS)
    sent = shown(shop, entries) | {"returns.automatic_cap": text}

    if units is None:
        with pytest.raises(Wrong) as refused:
            wanted(shop, entries, sent)
        assert refused.value.faults.keys() == {"returns.automatic_cap"}
    else:
        assert wanted(shop, entries, sent).returns.automatic_cap == units


@pytest.mark.parametrize(
    ("subject", "path", "text"),
    [
        ("hours", "hours.week.mon", "09:00-08:00"),
        ("hours", "hours.week.mon", "09:00-12:00, 11:00-13:00"),
        ("hours", "hours.week.mon", "09:00-25:00"),
        ("hours", "hours.special", "2026-12-24\n2026-12-24"),
        ("hours", "hours.zone", "Berlin"),
        ("shop", "languages", ""),
        ("shop", "name", "\n"),
        ("shop", "currency", "eur"),
        ("answers", "sla.low.resolution", "0"),
        ("returns", "returns.no_reason", "XX"),
        ("surveys", "surveys.daytime", "09:00-10:00, 11:00-12:00"),
        ("calls", "callbacks.ring_minutes", "999999999999"),
    ],
)
def test_what_cannot_be_is_told_at_its_own_field(subject: str, path: str, text: str) -> None:
    shop = as_shop(Configuration(name="Acme"))
    entries = SUBJECTS[subject].entries(shop, WORDS)

    with pytest.raises(Wrong) as refused:
        wanted(shop, entries, shown(shop, entries) | {path: text})

    assert refused.value.faults.keys() == {path}
