"""Sending, against tables and carriers: claimed, handed over once, recorded."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.agenda import Lane, entry_id
from chalicelib.domain.changes import Changes
from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.letters import Letter, SurveyInvitation, TicketAcknowledged
from chalicelib.domain.messages import Outgoing, State, message
from chalicelib.domain.shops import Configuration
from chalicelib.domain.tickets import Ticket
from chalicelib.handlers.mail_events import mail_event
from chalicelib.notify import carriers
from chalicelib.services import agenda, messages, shops
from chalicelib.services import desk as desks
from chalicelib.services.desk import Desk
from chalicelib.services.house import house, set_clock
from chalicelib.store import agenda as store_agenda
from chalicelib.store.agenda import Due
from tests.acting import asked, by_another
from tests.notices import brought, notice
from tests.unit.test_records import smallest

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)


class Carrier:
    """SES as it answers: what it was handed, and what it says next."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answers: list[Exception | Callable[[], None]] = []

    def send_email(self, **arguments: Any) -> dict[str, str]:
        asked("sesv2", "SendEmail", arguments)
        return self._take(arguments)

    def publish(self, **arguments: Any) -> dict[str, str]:
        asked("sns", "Publish", arguments)
        return self._take(arguments)

    def _take(self, arguments: dict[str, Any]) -> dict[str, str]:
        self.calls.append(arguments)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer()
        return {"MessageId": f"ses-{len(self.calls)}"}


def refusal(code: str, words: str = "", status: int = 400) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": words},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "SendEmail")


LOST = ReadTimeoutError(endpoint_url="https://ses")


@pytest.fixture
def clock() -> list[datetime]:
    moments = [NOW]
    set_clock(lambda: moments[-1])
    shops.put(desk(), Configuration(name="Qinghe, Leipzig", languages=("en", "zh-CN")))
    return moments


@pytest.fixture
def carrier(clock: list[datetime], monkeypatch: pytest.MonkeyPatch) -> Carrier:
    carrier = Carrier()
    monkeypatch.setattr(carriers, "_client", lambda _service: carrier)
    return carrier


def desk() -> Desk:
    return desks.desk(house(), "acme", actor=Actor(kind=ActorKind.SYSTEM), correlation="test")


def queued(letter: Letter | None = None, **person: Any) -> Outgoing:
    given = {"name": "Jana", "mail": "jana@x.de", "language": "en", **person}
    here = desk()
    customer = Customer(shop="acme", id=here.new_id("cus"), first_seen_at=here.now(), **given)
    written = message(
        customer,
        letter or TicketAcknowledged(number="T-7KQ4-XMK"),
        shop=here.shop,
        subject_id="tkt_1",
        new_id=here.new_id,
        at=here.now(),
    )
    return here.commit(written.plus(Changes(customer, (customer,))))


def run(kind: str, out: Outgoing) -> agenda.Outcome:
    """Run one entry as the stream and the clock do."""
    entry = entry_id("acme", kind, out.id)
    for due in due_now():
        if due.id == entry:
            return agenda.run(house(), due)
    return agenda.Outcome.TAKEN


def due_now() -> list[Due]:
    here = house()
    found: list[Due] = []
    for shard in range(store_agenda.SHARDS):
        entries, _ = store_agenda.due(
            here.tables, f"{Lane.MAIL}#{shard}", now=here.now(), limit=50, after=None
        )
        found += entries
    return found


def stored(out: Outgoing) -> Outgoing:
    return desk().get(Outgoing, out.id)


def report(out: Outgoing, name: str, notice_id: str, **detail: Any) -> None:
    body = {
        "eventType": name,
        "mail": {
            "timestamp": NOW.isoformat(),
            "messageId": "ses-1",
            "tags": {"shop": ["acme"], "message": [out.id]},
        },
        name.lower(): detail,
    }
    mail_event(brought(notice(house().settings.mail_topic, body, notice_id=notice_id)), None)


def trail(out: Outgoing) -> list[str]:
    return [event.type for event in desk().trail(out.id)[0]]


def test_a_mail_leaves_once_with_everything_it_needs(carrier: Carrier):
    out = queued()
    ticket = smallest(Ticket, shop="acme", id=out.subject_id).but(mail_id="<a@x.de>")
    desk().commit(Changes(None, (ticket,)))

    assert run("message.send", out) is agenda.Outcome.DONE
    assert run("message.send", out) is agenda.Outcome.TAKEN

    (mail,) = carrier.calls
    headers = {h["Name"]: h["Value"] for h in mail["Content"]["Simple"]["Headers"]}
    tags = {t["Name"]: t["Value"] for t in mail["EmailTags"]}
    assert mail["Destination"] == {"ToAddresses": ["jana@x.de"]}
    assert mail["FromEmailAddress"] == '"Qinghe, Leipzig" <acme@aftercare.example>'
    assert mail["ReplyToAddresses"][0].startswith("r+t7kq4xmk")
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["In-Reply-To"] == headers["References"] == "<a@x.de>"
    assert "List-Unsubscribe" not in headers
    assert (tags["shop"], tags["message"]) == ("acme", out.id)
    assert (stored(out).state, stored(out).provider_id) == (State.SENT, "ses-1")
    assert trail(out) == ["message.queued", "message.sent"]


def test_a_line_break_in_a_name_adds_no_header():
    sender = carriers.mailbox("Qinghe\r\nBcc: all@x.de", "acme@aftercare.example")

    assert sender == '"Qinghe Bcc: all@x.de" <acme@aftercare.example>'


def test_a_survey_can_be_left_with_one_press(carrier: Carrier):
    out = queued(SurveyInvitation(number="T-7KQ4-XMK", about="ticket"), language="zh-CN")

    run("message.send", out)

    (mail,) = carrier.calls
    headers = {h["Name"]: h["Value"] for h in mail["Content"]["Simple"]["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<https://desk.example/u/")
    assert "?r=5" in mail["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert mail["FromEmailAddress"].endswith("<acme.survey@aftercare.example>")


def test_who_has_no_address_left_gets_nothing(carrier: Carrier):
    out = queued()
    report(out, "Bounce", "sns-1", bounceType="Permanent", bounceSubType="NoEmail")
    customer = desk().get(Customer, out.customer_id or "")
    second = desk().commit(
        message(
            customer.but(suppressed={}),
            TicketAcknowledged(number="T-7KQ4-XMK"),
            shop=desk().shop,
            subject_id="tkt_1",
            new_id=desk().new_id,
            at=NOW,
        )
    )

    run("message.send", second)

    assert carrier.calls == []
    assert (stored(second).state, stored(second).reason) == (State.DROPPED, "bounced")


@pytest.mark.parametrize(
    ("answer", "again_after"),
    [
        (refusal("TooManyRequestsException"), timedelta(minutes=1)),
        (refusal("ThrottlingException", "Maximum sending rate exceeded"), timedelta(minutes=1)),
        (refusal("ThrottlingException", "Daily message quota exceeded"), timedelta(minutes=30)),
        (refusal("SendingPausedException"), timedelta(minutes=30)),
    ],
)
def test_what_was_not_taken_goes_out_later(
    carrier: Carrier,
    clock: list[datetime],
    answer: ClientError,
    again_after: timedelta,
):
    out = queued()
    carrier.answers = [answer]

    run("message.send", out)

    assert stored(out).state is State.DUE
    assert run("message.send", out) is agenda.Outcome.TAKEN
    clock.append(NOW + again_after)
    assert run("message.send", out) is agenda.Outcome.DONE
    assert stored(out).state is State.SENT
    assert len(carrier.calls) == 2


def test_what_is_refused_for_good_is_shown_to_the_staff(carrier: Carrier):
    out = queued()
    carrier.answers = [refusal("MessageRejected")]

    run("message.send", out)

    assert stored(out).state is State.FAILED
    assert [card.id for card in messages.by_hand(desk(), limit=10, after=None).cards] == [out.id]
    assert messages.mark_sent(desk(), out.id).state is State.SENT
    assert messages.by_hand(desk(), limit=10, after=None).cards == []


@pytest.mark.parametrize("answer", [LOST, refusal("InternalFailure", status=500)])
def test_a_lost_answer_is_settled_by_the_mails_own_event(
    carrier: Carrier, clock: list[datetime], answer: Exception
):
    out = queued()
    carrier.answers = [answer]
    run("message.send", out)
    assert stored(out).state is State.UNKNOWN

    report(out, "Send", "sns-1")

    clock.append(NOW + timedelta(minutes=20))
    assert run("message.settle", out) is agenda.Outcome.TAKEN
    assert stored(out).state is State.SENT
    assert len(carrier.calls) == 1


class WorkerDied(BaseException):
    """Nothing of a worker runs on: neither its errands nor its apologies."""


def dies() -> None:
    raise WorkerDied


def test_who_dies_with_a_mail_in_hand_leaves_it_unknown(
    carrier: Carrier, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
):
    out = queued()
    carrier.answers = [dies]
    with pytest.raises(WorkerDied):
        run("message.send", out)
    assert (stored(out).state, run("message.send", out)) == (State.SENDING, agenda.Outcome.TAKEN)

    later = time.time() + 91
    monkeypatch.setattr(store_agenda.time, "time", lambda: later)
    assert run("message.send", out) is agenda.Outcome.DONE

    assert stored(out).state is State.UNKNOWN
    clock.append(NOW + timedelta(minutes=16))
    assert run("message.settle", out) is agenda.Outcome.RETRY
    assert len(carrier.calls) == 1


def test_what_left_is_recorded_although_another_worker_took_the_entry_meanwhile(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
):
    out = queued()

    def overtaken() -> None:
        later = time.time() + 91
        with by_another(), monkeypatch.context() as patch:
            patch.setattr(store_agenda.time, "time", lambda: later)
            assert run("message.send", out) is agenda.Outcome.DONE
        assert stored(out).state is State.UNKNOWN

    carrier.answers = [overtaken]

    run("message.send", out)

    assert (stored(out).state, len(carrier.calls)) == (State.SENT, 1)
    assert run("message.settle", out) is agenda.Outcome.TAKEN


def test_a_lost_mail_is_sent_again_only_when_later_mails_are_heard_of(
    carrier: Carrier, clock: list[datetime]
):
    out = queued()
    carrier.answers = [LOST]
    run("message.send", out)
    clock.append(NOW + timedelta(minutes=16))

    assert run("message.settle", out) is agenda.Outcome.RETRY
    later = queued(mail="tom@x.de")
    run("message.send", later)
    report(later, "Send", "sns-2")
    clock.append(NOW + timedelta(minutes=40))
    assert run("message.settle", out) is agenda.Outcome.DONE
    assert run("message.send", out) is agenda.Outcome.DONE

    assert stored(out).state is State.SENT
    tagged = [t["Value"] for call in carrier.calls for t in call["EmailTags"]]
    assert tagged.count(out.id) == 2


def test_an_event_that_comes_before_our_own_record_is_enough(carrier: Carrier):
    out = queued()
    carrier.answers = [lambda: report(out, "Delivery", "sns-1")]

    run("message.send", out)

    assert stored(out).delivered_at is not None
    assert trail(out) == ["message.queued", "message.sent", "message.delivered"]


def test_a_timeline_has_that_a_message_was_written_and_what_went_wrong_with_it(carrier: Carrier):
    out = queued()
    carrier.answers = [lambda: report(out, "Delivery", "sns-1")]
    run("message.send", out)
    report(out, "Complaint", "sns-2", complaint={})

    assert out.customer_id is not None
    timeline, _ = desk().timeline(out.customer_id)

    told = [event.type for event in reversed(timeline)]
    assert [one for one in told if one.startswith("message.")] == [
        "message.queued",
        "message.complained",
    ]


def test_a_report_that_comes_twice_changes_nothing(carrier: Carrier):
    out = queued()
    run("message.send", out)

    for _ in range(2):
        report(out, "Complaint", "sns-1", complaintFeedbackType="abuse")
    report(out, "Complaint", "sns-2", complaintFeedbackType="abuse")

    assert trail(out).count("message.complained") == 1
    assert set(desk().get(Customer, out.customer_id or "").suppressed) == {"survey"}


def test_a_notice_of_another_topic_is_not_heard(carrier: Carrier):
    out = queued()
    mail_event(brought(notice("arn:aws:sns:us-east-1:1:theirs", "{}")), None)

    assert trail(out) == ["message.queued"]


def test_who_has_only_a_phone_gets_a_text_message(carrier: Carrier):
    out = queued(mail=None, phone="+4915112345678")

    run("message.send", out)

    (text,) = carrier.calls
    assert text["PhoneNumber"] == "+4915112345678"
    assert "https://desk.example/c/" in text["Message"]
    assert stored(out).state is State.SENT


def test_what_a_person_sends_by_hand_has_its_words(carrier: Carrier):
    out = queued(mail=None)

    (card,) = messages.by_hand(desk(), limit=10, after=None).cards
    _, words = messages.read(desk(), card.id)

    assert card.id == out.id
    assert words is not None
    assert words.written.text.startswith("Hello Jana,")
