"""The fields of a returns policy. Its rules are written elsewhere, and only shown."""

from chalicelib.domain.presets.legal import FreightPayer, LegalKind
from chalicelib.domain.refund_terms import ShippingRule
from chalicelib.domain.return_lines import Grade, Wish
from chalicelib.domain.shops import Configuration
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.kinds import (
    Amount,
    Choice,
    Lines,
    Percent,
    Several,
    Whole,
)
from chalicelib.handlers.desk.settings.words import Words


def returns(shop: Configuration, words: Words) -> tuple[Group, ...]:
    return _windows(words), _terms(shop, words), _timers(words), _automatic(shop, words)


def _windows(words: Words) -> Group:
    say = words.say
    days = Whole(say("days"), empty_is=say("as long as the law gives"))
    floor = say("Empty: as long as the law gives. Never shorter than the law.")
    types = say("One product type a line. They come back only as long as the law demands.")
    return Group(
        say("What comes back, and how long"),
        (
            Entry("returns.no_reason", say("Change of mind"), words.laws(LegalKind.NO_REASON)),
            Entry("returns.window_days", say("Our own window, change of mind"), days, floor),
            Entry(
                "returns.fault",
                say("Faulty goods"),
                words.laws(LegalKind.NONCONFORMITY, LegalKind.WARRANTY),
            ),
            Entry("returns.fault_window_days", say("Our own window, faulty goods"), days, floor),
            Entry(
                "returns.transit_days",
                say("A parcel nobody reported has arrived after"),
                Whole(say("days")),
            ),
            Entry("returns.excluded_types", say("Excluded product types"), Lines(), types),
            Entry(
                "returns.wishes",
                say("What customers may wish for"),
                Several(
                    (
                        (Wish.REFUND, say("Money back")),
                        (Wish.EXCHANGE, say("Exchange")),
                        (Wish.STORE_CREDIT, say("Store credit")),
                        (Wish.REPAIR, say("Repair")),
                    )
                ),
            ),
        ),
    )


def _terms(shop: Configuration, words: Words) -> Group:
    say, currency = words.say, shop.currency
    law = say("Where the law grants more, the law counts.")
    payers = ((FreightPayer.CUSTOMER, say("the customer")), (FreightPayer.SHOP, say("the shop")))
    shipping = (
        (ShippingRule.NONE, say("nothing")),
        (ShippingRule.ON_FULL_RETURN, say("all of it, once everything comes back")),
        (ShippingRule.PROPORTIONAL, say("in proportion to what comes back")),
        (ShippingRule.WHOLE, say("all of it, with any return")),
    )
    grades = {
        Grade.A: say("Value lost in grade A, like new"),
        Grade.B: say("Value lost in grade B, small marks"),
        Grade.C: say("Value lost in grade C, used"),
        Grade.D: say("Value lost in grade D, not for sale"),
    }
    no_limit, empty = say("no limit"), say("Empty: no limit.")
    return Group(
        say("Money"),
        (
            Entry(
                "returns.freight_payer",
                say("The way back of a change of mind is paid by"),
                Choice(payers),
                say("Of faulty goods it is always the shop."),
            ),
            Entry(
                "returns.terms.shipping",
                say("Of the delivery charge comes back"),
                Choice(shipping),
                law,
            ),
            Entry(
                "returns.terms.standard_shipping",
                say("But no more than the cheapest standard delivery"),
                Amount(currency, empty_is=no_limit),
                empty,
            ),
            Entry("returns.terms.restocking", say("Restocking fee"), Percent(), law),
            Entry(
                "returns.terms.restocking_cap",
                say("Restocking fee, at most a line"),
                Amount(currency, empty_is=no_limit),
                empty,
            ),
            Entry("returns.terms.label_fee", say("Fee for our label"), Amount(currency), law),
            Entry(
                "returns.terms.shop_at_fault",
                say("The shop bears every fee and loss"),
                words.yes_or_no(),
            ),
            *(
                Entry(f"returns.loss_by_grade.{grade}", label, Percent())
                for grade, label in grades.items()
                if grade in shop.returns.loss_by_grade
            ),
        ),
    )


def _timers(words: Words) -> Group:
    say = words.say
    days, hours = Whole(say("days")), Whole(say("hours"))
    return Group(
        say("How long each step may take"),
        (
            Entry(
                "returns.timers.decide_hours",
                say("We decide within"),
                hours,
                say("Then it is agreed to by itself, up to the cap below."),
            ),
            Entry(
                "returns.timers.send_back_days",
                say("The customer sends it within"),
                days,
                say("Never less than the law gives."),
            ),
            Entry(
                "returns.timers.inspect_days",
                say("We inspect within"),
                days,
                say("Then what arrived is accepted, up to the cap below."),
            ),
            Entry(
                "returns.timers.refund_days",
                say("We refund within"),
                days,
                say("Where the law names no day."),
            ),
            Entry("returns.timers.warn_hours", say("Warn whoever is responsible before"), hours),
            Entry("returns.timers.survey_hours", say("Ask how it went after"), hours),
        ),
    )


def _automatic(shop: Configuration, words: Words) -> Group:
    say = words.say
    return Group(
        say("By itself"),
        (
            Entry(
                "returns.automatic_cap",
                say("Cap of what happens by itself"),
                Amount(shop.currency),
                say("Above it a person decides."),
            ),
        ),
    )
