"""Wiring only: the app, its doors, and what wakes it."""

from chalice.app import DynamoDBEvent, SNSEvent

from chalicelib.handlers import mail_events, photo_events, streams
from chalicelib.handlers.doors import DOORS
from chalicelib.web.app import AftercareApp

app = AftercareApp("aftercare")

for door in DOORS:
    app.register_blueprint(door)

# Chalice asks for literal ARNs; packaging puts the stage's own streams and topics here.
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/{}/stream/0"
TOPIC = "arn:aws:sns:us-east-1:000000000000:{}"


@app.on_dynamodb_record(stream_arn=STREAM.format("agenda"), name="run_now")
def run_now(event: DynamoDBEvent) -> object:
    return streams.run_now(event.to_dict(), event.context)


@app.on_dynamodb_record(stream_arn=STREAM.format("agenda"), name="send_now")
def send_now(event: DynamoDBEvent) -> object:
    return streams.send_now(event.to_dict(), event.context)


@app.on_dynamodb_record(stream_arn=STREAM.format("events"), name="publish")
def publish(event: DynamoDBEvent) -> object:
    return streams.publish(event.to_dict(), event.context)


@app.on_sns_message(topic=TOPIC.format("mail"), name="mail_event")
def mail_event(event: SNSEvent) -> None:
    mail_events.mail_event(event.to_dict(), event.context)


@app.on_sns_message(topic=TOPIC.format("inbound"), name="inbound_mail")
def inbound_mail(event: SNSEvent) -> None:
    mail_events.inbound_mail(event.to_dict(), event.context)


@app.on_sns_message(topic=TOPIC.format("photos"), name="photos")
def photos(event: SNSEvent) -> None:
    photo_events.photos(event.to_dict(), event.context)
