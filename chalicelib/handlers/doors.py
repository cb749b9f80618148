"""Every door that is an address: one blueprint each for who comes through it."""

from chalice.app import Blueprint

from chalicelib.handlers.agenda import agenda
from chalicelib.handlers.call_choice import call_choice
from chalicelib.handlers.callbacks import callbacks
from chalicelib.handlers.case import case
from chalicelib.handlers.case_tickets import case_tickets
from chalicelib.handlers.clock import clock
from chalicelib.handlers.contact import contact
from chalicelib.handlers.customers import customers
from chalicelib.handlers.desk.calls import calls
from chalicelib.handlers.desk.customers import desk_customers
from chalicelib.handlers.desk.figures import desk_figures
from chalicelib.handlers.desk.me import me
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.returns import returns_desk
from chalicelib.handlers.desk.session import session
from chalicelib.handlers.desk.settings.overview import settings_overview
from chalicelib.handlers.desk.settings.people import people
from chalicelib.handlers.desk.settings.subject import settings_subject
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.handlers.messages import messages
from chalicelib.handlers.meta import meta
from chalicelib.handlers.orders import orders
from chalicelib.handlers.portal import portal
from chalicelib.handlers.reports import reports
from chalicelib.handlers.returns import returns
from chalicelib.handlers.shops import shops
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surveys import surveys
from chalicelib.handlers.tickets import tickets
from chalicelib.handlers.unsubscribe import unsubscribe
from chalicelib.handlers.webhooks import webhooks

DOORS: tuple[Blueprint, ...] = (
    agenda,
    call_choice,
    callbacks,
    calls,
    case,
    case_tickets,
    clock,
    contact,
    customers,
    desk_customers,
    desk_figures,
    desk_queue,
    desk_tickets,
    me,
    messages,
    meta,
    my_day,
    orders,
    people,
    portal,
    reports,
    returns,
    returns_desk,
    session,
    settings_overview,
    settings_subject,
    shops,
    staff,
    surveys,
    tickets,
    unsubscribe,
    webhooks,
)
