"""Wiring only: the app, its doors, and what wakes it."""

from chalice.app import DynamoDBEvent, SNSEvent

from chalicelib.handlers import mail_events, streams
from chalicelib.handlers.agenda import agenda
from chalicelib.handlers.call_choice import call_choice
from chalicelib.handlers.callbacks import callbacks
from chalicelib.handlers.calls import calls
from chalicelib.handlers.case import case
from chalicelib.handlers.case_tickets import case_tickets
from chalicelib.handlers.clock import clock
from chalicelib.handlers.contact import contact
from chalicelib.handlers.customers import customers
from chalicelib.handlers.desk import desk_pages
from chalicelib.handlers.messages import messages
from chalicelib.handlers.meta import meta
from chalicelib.handlers.portal import portal
from chalicelib.handlers.reports import reports
from chalicelib.handlers.returns import returns
from chalicelib.handlers.returns_desk import returns_desk
from chalicelib.handlers.session import session
from chalicelib.handlers.shops import shops
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surveys import surveys
from chalicelib.handlers.tickets import tickets
from chalicelib.handlers.unsubscribe import unsubscribe
from chalicelib.handlers.webhooks import webhooks
from chalicelib.web.app import AftercareApp

app = AftercareApp("aftercare")

for door in (
    agenda,
    call_choice,
    callbacks,
    calls,
    case,
    case_tickets,
    clock,
    contact,
    customers,
    desk_pages,
    messages,
    meta,
    portal,
    reports,
    returns,
    returns_desk,
    session,
    shops,
    staff,
    surveys,
    tickets,
    unsubscribe,
    webhooks,
):
    app.register_blueprint(door)

# Chalice asks for literal ARNs; packaging puts the stage's own streams and topics here.
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/{}/stream/0"
TOPIC = "arn:aws:sns:us-east-1:000000000000:{}"


@app.on_dynamodb_record(stream_arn=STREAM.format("agenda"), name="run_now")
def run_now(event: DynamoDBEvent) -> object:
    return streams.run_now(event.to_dict(), event.context)


@app.on_dynamodb_record(stream_arn=STREAM.format("events"), name="publish")
def publish(event: DynamoDBEvent) -> object:
    return streams.publish(event.to_dict(), event.context)


@app.on_sns_message(topic=TOPIC.format("mail"), name="mail_event")
def mail_event(event: SNSEvent) -> None:
    mail_events.mail_event(event.to_dict(), event.context)


@app.on_sns_message(topic=TOPIC.format("inbound"), name="inbound_mail")
def inbound_mail(event: SNSEvent) -> None:
    mail_events.inbound_mail(event.to_dict(), event.context)
