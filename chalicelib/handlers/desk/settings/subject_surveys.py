"""The fields of a shop's surveys."""

from chalicelib.domain.shops import Configuration
from chalicelib.domain.survey_policy import Basis, SurveyPolicy
from chalicelib.handlers.desk.settings.clocks import OneSpan
from chalicelib.handlers.desk.settings.forms import Entry, Group
from chalicelib.handlers.desk.settings.kinds import Choice, Hours, Whole
from chalicelib.handlers.desk.settings.words import Words


def surveys(shop: Configuration, words: Words) -> tuple[Group, ...]:
    return _asking(words), _answering(words), _bases(shop, words)


def _asking(words: Words) -> Group:
    say = words.say
    return Group(
        say("When we ask"),
        (
            Entry("surveys.enabled", say("Surveys go out"), words.yes_or_no()),
            Entry(
                "surveys.ticket_delay_hours",
                say("After a question was resolved"),
                Whole(say("hours")),
                say("Of returns: with the times of the returns policy."),
            ),
            Entry(
                "surveys.daytime",
                say("On the customer's clock between"),
                OneSpan(),
            ),
            Entry(
                "surveys.budget_days",
                say("A customer is asked at most once in"),
                Whole(say("days")),
            ),
        ),
    )


def _answering(words: Words) -> Group:
    say = words.say
    return Group(
        say("What follows an answer"),
        (
            Entry("surveys.expire_days", say("It can be answered for"), Whole(say("days"))),
            Entry("surveys.change_days", say("An answer can be changed for"), Whole(say("days"))),
            Entry("surveys.low_score", say("A low score is at most"), Whole()),
            Entry(
                "surveys.recovery_minutes",
                say("After a low score somebody gets in touch within"),
                Hours(say("hours")),
                say("Hours of the customer's daytime, such as 1 or 0:30."),
            ),
            Entry(
                "surveys.least_seconds",
                say("Nobody answers in less than"),
                Whole(say("seconds")),
            ),
            Entry("surveys.form_hours", say("An open page can be sent for"), Whole(say("hours"))),
        ),
    )


def _bases(shop: Configuration, words: Words) -> Group:
    """One for each country that has a ground by law or already, and the shop's own."""
    say = words.say
    bases = Choice(
        (
            (Basis.CASE, say("asking belongs to handling the case")),
            (Basis.EXISTING_CUSTOMER, say("buyers who were told, or who consented")),
            (Basis.CONSENT, say("only who consented")),
            (Basis.NONE, say("no survey mails")),
        ),
        absent=Basis.NONE,
    )
    known = {**SurveyPolicy().bases, **shop.surveys.bases}
    countries = [*known, *([shop.country] if shop.country and shop.country not in known else ())]
    return Group(
        say("What allows it, by country"),
        (
            *(
                Entry(f"surveys.bases.{code}", words.country(code), bases)
                for code in countries
                if code.isalpha()
            ),
            Entry(
                "surveys.told_at_checkout",
                say("Buyers are told of surveys, and that they may object, at the checkout"),
                words.yes_or_no(),
            ),
        ),
    )
