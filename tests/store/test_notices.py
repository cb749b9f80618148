"""The functions that SNS wakes hear what SNS signed on their own topic, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.errors import Unauthorized
from chalicelib.handlers.mail_events import inbound_mail, mail_event
from chalicelib.notify import notices
from chalicelib.notify.notices import OutOfReach
from chalicelib.services.house import house
from local.notices import fresh_signer
from tests.notices import brought, notice
from tests.stage import SNS, forget_process_state

Function = Callable[[dict[str, Any], object], None]

FUNCTIONS = pytest.mark.parametrize(
    ("function", "topic"),
    [(mail_event, "AFTERCARE_MAIL_TOPIC"), (inbound_mail, "AFTERCARE_INBOUND_TOPIC")],
)


def trust(pem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_NOTICE_CERTIFICATE", pem)
    forget_process_state()


@FUNCTIONS
def test_a_forged_notice_is_refused_and_comes_again(
    function: Function, topic: str, aws: dict[str, str]
) -> None:
    ours = notice(aws[topic], "{}")
    forgeries = [
        {**ours, "Message": '{"mail": {}}'},
        {**ours, "Signature": "FAKE"},
        {**ours, "SignatureVersion": "1"},
        {key: value for key, value in ours.items() if key != "Signature"},
        fresh_signer().sign(ours),
    ]

    for forged in forgeries:
        with pytest.raises(Unauthorized):
            function(brought(forged), None)


@FUNCTIONS
def test_one_forged_notice_among_others_stops_them_all(
    function: Function, topic: str, aws: dict[str, str]
) -> None:
    forged = {**notice(aws[topic], "{}", notice_id="b"), "Signature": ""}

    with pytest.raises(Unauthorized):
        function(brought(notice(aws[topic], "not JSON: read, this would raise"), forged), None)


@FUNCTIONS
@pytest.mark.usefixtures("aws")
def test_a_notice_of_another_topic_is_left(function: Function, topic: str) -> None:
    function(brought(notice("arn:aws:sns:us-east-1:123456789012:theirs", "{}")), None)


@pytest.mark.parametrize("value", ["off", "false", "0", "none", "-", " "])
def test_no_setting_switches_the_check_off(
    value: str, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(value, monkeypatch)
    unsigned = {**notice(aws["AFTERCARE_MAIL_TOPIC"], "{}"), "Signature": ""}

    for one in (unsigned, notice(aws["AFTERCARE_MAIL_TOPIC"], "{}")):
        with pytest.raises(Unauthorized):
            mail_event(brought(one), None)


def test_without_a_certificate_of_the_stage_snss_own_is_fetched_once(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust("", monkeypatch)
    asked: list[str] = []
    monkeypatch.setattr(notices, "fetch", lambda place: asked.append(place) or SNS.certificate)

    for _ in range(3):
        mail_event(brought(notice(aws["AFTERCARE_MAIL_TOPIC"], "{}")), None)

    assert asked == ["https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem"]


def test_what_could_not_be_fetched_is_not_remembered(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust("", monkeypatch)
    answers = ["", "no certificate", SNS.certificate]

    def fetch(place: str) -> str:
        answer = answers.pop(0)
        if not answer:
            raise OutOfReach("not now")
        return answer

    monkeypatch.setattr(notices, "fetch", fetch)
    ours = brought(notice(aws["AFTERCARE_MAIL_TOPIC"], "{}"))

    with pytest.raises(OutOfReach):
        mail_event(ours, None)
    with pytest.raises(Unauthorized):
        mail_event(ours, None)
    mail_event(ours, None)

    assert answers == []


def test_a_certificate_elsewhere_is_not_asked_for(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust("", monkeypatch)
    asked: list[str] = []
    monkeypatch.setattr(notices, "fetch", lambda place: asked.append(place) or SNS.certificate)
    elsewhere = {
        **notice(aws["AFTERCARE_MAIL_TOPIC"], "{}"),
        "SigningCertUrl": "https://evil.example/SimpleNotificationService-0.pem",
    }

    with pytest.raises(Unauthorized):
        mail_event(brought(elsewhere), None)

    assert asked == []
    assert house().settings.notice_certificate == ""
