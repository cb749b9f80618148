"""A survey's form, once rendered: how long it was open, that it is sent once, and by whom."""

import secrets
from datetime import UTC, datetime, timedelta

from chalicelib.domain.surveys import Survey
from chalicelib.services import links
from chalicelib.services.desk import Desk
from chalicelib.services.house import House
from chalicelib.store.receipts import Receipt, receipt_id

EDIT, NONCE = "survey-edit", "survey-nonce"
"""What the answering browser's cookie and each rendered form are signed for."""

NONCE_LIFETIME = timedelta(hours=73)
"""Longer than any policy lets a form be open."""


def fresh_nonce(desk: Desk, survey_id: str) -> str:
    """What one rendering of a survey's form carries: for this survey, from now on, once."""
    issued = int(desk.now().timestamp() * 1000)
    return links.sign(desk.house, NONCE, [survey_id, issued, secrets.token_hex(8)])


def is_timely(desk: Desk, survey_id: str, nonce: str) -> bool:
    """Whether a form was open long enough for a person to read it, and not for days. A forged
    nonce, or another survey's, never is."""
    match links.unsign(desk.house, NONCE, nonce):
        case [str(signed_for), int(issued), str()] if signed_for == survey_id:
            age = desk.now() - datetime.fromtimestamp(issued / 1000, UTC)
        case _:
            return False
    policy = desk.shop.surveys
    return timedelta(seconds=policy.least_seconds) <= age <= timedelta(hours=policy.form_hours)


def nonce_receipt(nonce: str) -> Receipt:
    """What makes the second press of one form harmless."""
    spent = receipt_id(NONCE, nonce)
    return Receipt(spent, spent, NONCE_LIFETIME)


def edit_token(desk: Desk, survey: Survey) -> str:
    """What the browser that answered keeps, so that it alone can change the answer."""
    return desk.link(EDIT, survey.id, survey.changeable_until(desk.shop.surveys))


def may_edit(house: House, survey_id: str, shown: str) -> bool:
    """Whether a cookie is the one that came with this survey's answer. Its time is the rule's."""
    match links.unsign(house, EDIT, shown):
        case [str(), str(subject), int()]:
            return subject == survey_id
        case _:
            return False
