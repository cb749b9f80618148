"""A notification as SNS really hands it on is believed."""

from chalicelib.handlers.mail_events import mail_event
from chalicelib.store.clients import client
from local.topics import TopicPump


def test_what_is_published_on_our_topic_is_heard(ministack: dict[str, str]) -> None:
    topic = ministack["AFTERCARE_MAIL_TOPIC"]
    pump = TopicPump(topic, mail_event)

    client("sns").publish(TopicArn=topic, Subject="Ünïcode", Message='{"eventType":\n"é"}')
    client("sns").publish(TopicArn=topic, Message="Successfully validated SNS topic")

    assert pump.drain() == 2
