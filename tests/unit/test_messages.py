"""What is sent to whom, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import mail, messages
from chalicelib.domain.canonical import Platform
from chalicelib.domain.customers import Blocked, Customer, Suppression
from chalicelib.domain.ids import short_number
from chalicelib.domain.letters import (
    LowScore,
    SurveyInvitation,
    TicketAcknowledged,
    letter,
)
from chalicelib.domain.mail import MailEvent, MailFate
from chalicelib.domain.messages import AnswerUnknown, Channel, Outgoing, State
from chalicelib.domain.permissions import Role
from chalicelib.domain.shops import Shop
from chalicelib.domain.staff import Staff
from chalicelib.notify.carriers import mailbox
from chalicelib.notify.letters import one_line
from chalicelib.notify.reply_to import read_address, reply_address

NOW = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)
NUMBER = short_number("T", 123456789)


def a_shop(**fields) -> Shop:
    return Shop(shop="acme", id="acme", name="Qinghe", **fields)


def a_customer(**fields) -> Customer:
    return Customer(shop="acme", id="cus_1", first_seen_at=NOW, **{"mail": "jana@x.de", **fields})


def blocked(reason: Blocked) -> Suppression:
    return Suppression(reason=reason, at=NOW)


def written(to: Customer | Staff, what=None, shop: Shop | None = None):
    return messages.message(
        to,
        what or TicketAcknowledged(number=NUMBER),
        shop=shop or a_shop(),
        subject_id="tkt_1",
        new_id=lambda prefix: f"{prefix}_1",
        at=NOW,
    )


def an_outgoing(state: State = State.SENDING, **fields) -> Outgoing:
    out = written(fields.pop("to", a_customer()), fields.pop("what", None)).result
    return out.mark_stored(1).but(state=state, claimed_at=NOW, attempts=1, **fields)


def a_report(fate: MailFate, **fields) -> MailEvent:
    values = {"shop": "acme", "message_id": "out_1", "provider_id": "ses-1", "at": NOW}
    return MailEvent(fate=fate, **{**values, **fields})


@pytest.mark.parametrize(
    ("person", "platform", "channel"),
    [
        ({"phone": "+4915112345678"}, Platform.SHOPIFY, Channel.MAIL),
        ({"mail": None, "phone": "+4915112345678"}, Platform.SHOPIFY, Channel.SMS),
        (
            {"phone": "+4915112345678", "suppressed": {"mail": blocked(Blocked.BOUNCED)}},
            Platform.SHOPIFY,
            Channel.SMS,
        ),
        ({"mail": None, "phone": "call me"}, Platform.SHOPIFY, Channel.BY_HAND),
        ({"mail": None, "outside_ids": ("standard:7",)}, Platform.STANDARD, Channel.EVENT),
        ({"mail": None, "outside_ids": ("shopify:7",)}, Platform.SHOPIFY, Channel.BY_HAND),
    ],
)
def test_a_person_is_reached_by_what_is_known_and_not_blocked(person, platform, channel):
    assert messages.reach(a_customer(**person), a_shop(platform=platform)) is channel


def test_what_no_machine_sends_puts_nothing_on_the_agenda():
    by_hand = written(a_customer(mail=None))
    connector = written(
        a_customer(mail=None, outside_ids=("standard:7",)), shop=a_shop(platform=Platform.STANDARD)
    )

    assert by_hand.agenda == connector.agenda == ()
    assert [told.fact.type for told in connector.told] == ["message.queued", "message.requested"]


def test_the_staff_are_written_to_before_anybody_else():
    staff = Staff(
        shop="acme",
        id="stf_1",
        name="Mei",
        mail="mei@x.de",
        role=Role.AGENT,
        created_at=NOW,
    )

    to_staff = written(staff, LowScore(number=NUMBER, place="tickets/tkt_1", score=2))
    to_customer = written(a_customer())

    assert to_staff.agenda[0].lane == "notice"
    assert to_customer.agenda[0].lane == "mail"


def test_a_letter_comes_back_as_it_was_written():
    wrote = TicketAcknowledged(number=NUMBER, answer_by=NOW)

    assert letter(wrote.template, wrote.model_dump(mode="json")) == wrote


@pytest.mark.parametrize(
    ("person", "what", "reason"),
    [
        ({}, None, None),
        ({"suppressed": {"mail": blocked(Blocked.BOUNCED)}}, None, "bounced"),
        ({"suppressed": {"survey": blocked(Blocked.COMPLAINED)}}, None, None),
        (
            {"suppressed": {"survey": blocked(Blocked.COMPLAINED)}},
            SurveyInvitation(number=NUMBER, about="ticket"),
            "survey_complained",
        ),
        ({"paused_until": NOW + timedelta(days=1)}, None, None),
        (
            {"paused_until": NOW + timedelta(days=1)},
            SurveyInvitation(number=NUMBER, about="ticket"),
            "survey_paused",
        ),
        ({"paused_until": NOW}, SurveyInvitation(number=NUMBER, about="ticket"), None),
        ({"erased_at": NOW}, None, "erased"),
    ],
)
def test_what_is_not_wanted_any_more_does_not_go_out(person, what, reason):
    out = an_outgoing(State.DUE, what=what)

    assert messages.undeliverable(out, a_customer(**person), at=NOW) == reason


def test_a_lost_answer_is_settled_a_quarter_of_an_hour_after_the_claim():
    claimed = messages.claim(an_outgoing(State.DUE), at=NOW).result
    lost = messages.lost(claimed)

    assert (claimed.state, lost.result.state) == (State.SENDING, State.UNKNOWN)
    assert [(e.kind, e.due_at) for e in lost.agenda] == [
        ("message.settle", NOW + timedelta(minutes=15))
    ]


def test_a_lost_answer_is_not_sent_again_while_nothing_can_be_told():
    out = messages.lost(an_outgoing()).result

    with pytest.raises(AnswerUnknown):
        messages.settle(out, newest_seen=None, at=NOW)
    with pytest.raises(AnswerUnknown):
        messages.settle(out, newest_seen=NOW - timedelta(minutes=1), at=NOW)


def test_a_lost_mail_is_sent_again_when_later_ones_are_seen_to_arrive():
    out = messages.lost(an_outgoing()).result

    again = messages.settle(out, newest_seen=NOW + timedelta(minutes=5), at=NOW)

    assert (again.result.id, again.result.state) == (out.id, State.DUE)
    assert "message.send" in [entry.kind for entry in again.agenda]


def test_a_text_message_whose_answer_was_lost_is_left_to_people():
    out = an_outgoing(State.UNKNOWN, to=a_customer(mail=None, phone="+4915112345678"))

    settled = messages.settle(out, newest_seen=NOW + timedelta(minutes=5), at=NOW)

    assert settled.result.state is State.FAILED


@given(
    st.lists(
        st.sampled_from(
            [
                lambda o: messages.sent(o, provider_id="ses-1", at=NOW),
                messages.lost,
                lambda o: mail.heard(o, None, a_report(MailFate.SENT)),
                lambda o: mail.heard(o, None, a_report(MailFate.DELIVERED)),
                lambda o: mail.heard(o, None, a_report(MailFate.BOUNCED)),
            ]
        ),
        max_size=8,
    )
)
def test_a_mail_leaves_once_however_its_news_come(acts):
    out, told = an_outgoing(), []
    for act in acts:
        changes = act(out)
        out = changes.result
        told += [one.fact.type for one in changes.told]

    for fact in ("message.sent", "message.delivered", "message.bounced"):
        assert told.count(fact) <= 1
    if "message.delivered" in told:
        assert out.state is State.SENT
        assert "message.sent" in told


@pytest.mark.parametrize(
    ("report", "suppressed"),
    [
        (a_report(MailFate.BOUNCED, is_permanent=True, detail="NoEmail"), {"mail"}),
        (a_report(MailFate.BOUNCED, detail="General"), set()),
        (a_report(MailFate.COMPLAINED, detail="abuse"), {"survey"}),
        (a_report(MailFate.COMPLAINED, detail="not-spam"), set()),
        (a_report(MailFate.DELIVERED), set()),
    ],
)
def test_a_bounce_ends_mail_and_a_complaint_ends_surveys(report, suppressed):
    changes = mail.heard(an_outgoing(), a_customer().mark_stored(1), report)

    customers = [r for r in changes.records if isinstance(r, Customer)]
    assert {channel for one in customers for channel in one.suppressed} == suppressed


SHOPS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True)


@given(SHOPS, st.sampled_from("TRCW"), st.integers(0, 32**6 - 1))
def test_a_reply_address_is_short_and_leads_back(shop, kind, number):
    quoted = short_number(kind, number)

    address = reply_address(shop, quoted, key="k1", domain="mail.example")

    local = address.split("@")[0]
    assert address == address.lower()
    if len(shop) <= 13:
        assert len(local) <= 40
        read = read_address(address.upper(), keys=["k2", "k1"], domain="mail.example")
        assert read is not None
        assert (read.shop, read.number) == (shop, quoted)
    else:
        assert local == f"in+{shop}"


def test_a_reply_address_cannot_be_made_up_or_carried_over():
    address = reply_address("acme", NUMBER, key="k1", domain="mail.example")
    forged = address.replace(
        NUMBER.replace("-", "").lower(), short_number("T", 7).replace("-", "").lower()
    )

    for wrong, keys, domain in (
        (forged, ["k1"], "mail.example"),
        (address.replace(".acme@", ".other@"), ["k1"], "mail.example"),
        (address, ["k2"], "mail.example"),
        (address, ["k1"], "elsewhere.example"),
    ):
        assert read_address(wrong, keys=keys, domain=domain) is None


@given(st.text())
def test_nothing_in_a_name_becomes_a_header(name):
    header = mailbox(name, "acme@mail.example")

    assert header.isascii()
    assert not set(header) & set("\r\n\0")
    assert len(one_line(name).splitlines()) <= 1
