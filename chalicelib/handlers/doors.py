"""Every door that is an address: one blueprint each for who comes through it."""

from chalice.app import Blueprint

from chalicelib.handlers.accessibility import accessibility
from chalicelib.handlers.agenda import agenda
from chalicelib.handlers.call_choice import call_choice
from chalicelib.handlers.callbacks import callbacks
from chalicelib.handlers.case import case
from chalicelib.handlers.case_tickets import case_tickets
from chalicelib.handlers.clock import clock
from chalicelib.handlers.contact import contact
from chalicelib.handlers.customers import customers
from chalicelib.handlers.desk.bench import bench
from chalicelib.handlers.desk.call_sheet import call_sheet
from chalicelib.handlers.desk.calls import calls
from chalicelib.handlers.desk.composer import composer
from chalicelib.handlers.desk.customers import desk_customers
from chalicelib.handlers.desk.figure import desk_figure
from chalicelib.handlers.desk.figures import desk_figures
from chalicelib.handlers.desk.find import find
from chalicelib.handlers.desk.health import desk_health
from chalicelib.handlers.desk.me import me
from chalicelib.handlers.desk.messages import desk_messages
from chalicelib.handlers.desk.my_day import my_day
from chalicelib.handlers.desk.off_shift import off_shift
from chalicelib.handlers.desk.orders import desk_orders
from chalicelib.handlers.desk.photos import desk_photos
from chalicelib.handlers.desk.queue import desk_queue
from chalicelib.handlers.desk.readers import desk_readers
from chalicelib.handlers.desk.returns import returns_desk
from chalicelib.handlers.desk.session import session
from chalicelib.handlers.desk.settings.overview import settings_overview
from chalicelib.handlers.desk.settings.people import people
from chalicelib.handlers.desk.settings.subject import settings_subject
from chalicelib.handlers.desk.tickets import desk_tickets
from chalicelib.handlers.desk.unknown_parcels import bench_unknown
from chalicelib.handlers.desk.withdrawals import desk_withdrawals
from chalicelib.handlers.figures import figures
from chalicelib.handlers.fresh_links import fresh_links
from chalicelib.handlers.macros import macros
from chalicelib.handlers.messages import messages
from chalicelib.handlers.meta import meta
from chalicelib.handlers.orders import orders
from chalicelib.handlers.photo_api import photo_api
from chalicelib.handlers.photos import photos
from chalicelib.handlers.portal import portal
from chalicelib.handlers.portal_returns import portal_returns
from chalicelib.handlers.reports import reports
from chalicelib.handlers.returns import returns
from chalicelib.handlers.shops import shops
from chalicelib.handlers.slips import slips
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surveys import surveys
from chalicelib.handlers.tickets import tickets
from chalicelib.handlers.unsubscribe import unsubscribe
from chalicelib.handlers.webhooks import webhooks
from chalicelib.handlers.withdraw import withdraw
from chalicelib.handlers.withdrawal_receipts import withdrawal_receipts
from chalicelib.handlers.withdrawals import withdrawals_api

DOORS: tuple[Blueprint, ...] = (
    accessibility,
    agenda,
    bench,
    bench_unknown,
    call_choice,
    call_sheet,
    callbacks,
    calls,
    case,
    case_tickets,
    clock,
    composer,
    contact,
    customers,
    desk_customers,
    desk_figure,
    desk_figures,
    desk_orders,
    desk_health,
    desk_messages,
    desk_photos,
    desk_queue,
    desk_readers,
    desk_tickets,
    desk_withdrawals,
    find,
    figures,
    fresh_links,
    macros,
    me,
    messages,
    meta,
    my_day,
    off_shift,
    orders,
    people,
    photo_api,
    photos,
    portal,
    portal_returns,
    reports,
    returns,
    returns_desk,
    session,
    settings_overview,
    settings_subject,
    shops,
    slips,
    staff,
    surveys,
    tickets,
    unsubscribe,
    webhooks,
    withdraw,
    withdrawal_receipts,
    withdrawals_api,
)
