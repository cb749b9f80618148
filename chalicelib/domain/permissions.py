"""Who of the shop's staff may do what: the one table (ROL-01 to ROL-05, ROL-12)."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a member of staff may or may not do."""

    READ = "read"
    """See queues, tickets, returns, calls, orders and what happened to them."""
    READ_CUSTOMERS = "customers.read"
    """See a customer's file and timeline (CUS-04: it is confidential)."""
    EDIT_CUSTOMERS = "customers.edit"
    ERASE_CUSTOMERS = "customers.erase"
    OPEN_TICKET = "tickets.open"
    REPLY = "tickets.reply"
    NOTE = "tickets.note"
    ASSIGN = "tickets.assign"
    RESOLVE = "tickets.resolve"
    HANDLE_COMPLAINT = "complaints.handle"
    CONFIRM_COMPLAINT = "complaints.confirm"
    """Confirm that a complaint was settled; never by the one who settled it (CMP-07)."""
    OPEN_RETURN = "returns.open"
    DECIDE_RETURN = "returns.decide"
    RECEIVE_RETURN = "returns.receive"
    INSPECT_RETURN = "returns.inspect"
    SETTLE_RETURN = "returns.settle"
    """Give the money or the goods back."""
    COMPENSATE = "compensation.grant"
    """Up to the role's limit."""
    CALL = "calls.work"
    """Promise, make and record calls."""
    READ_SURVEYS = "surveys.read"
    RUN_SURVEYS = "surveys.run"
    REPORTS = "reports.read"
    MANAGE_SHOP = "shop.manage"
    """Change the shop's policies, languages, sender and secrets."""
    MANAGE_STAFF = "staff.manage"
    OPERATE = "operate"
    """See and replay what could not be done: dead agenda entries, parked deliveries."""


class Role(StrEnum):
    """What somebody does in the shop. What it allows stands in `permissions_of`."""

    AGENT = "agent"
    COMPLAINT_SPECIALIST = "complaint_specialist"
    RETURNS_SPECIALIST = "returns_specialist"
    TECHNICIAN = "technician"
    MANAGER = "manager"
    ANALYST = "analyst"
    ADMIN = "admin"


LEADING = (Role.MANAGER, Role.ADMIN)
"""Who answers for what was missed, in this order."""

_P = Permission

_DESK = frozenset(
    {_P.READ, _P.READ_CUSTOMERS, _P.OPEN_TICKET, _P.REPLY, _P.NOTE, _P.ASSIGN, _P.RESOLVE, _P.CALL}
)
_RETURNS = frozenset({_P.OPEN_RETURN, _P.RECEIVE_RETURN})
_ALL = frozenset(Permission)

_TABLE: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _DESK | {_P.OPEN_RETURN, _P.EDIT_CUSTOMERS, _P.COMPENSATE},
    Role.COMPLAINT_SPECIALIST: _DESK
    | {
        _P.HANDLE_COMPLAINT,
        _P.CONFIRM_COMPLAINT,
        _P.OPEN_RETURN,
        _P.EDIT_CUSTOMERS,
        _P.COMPENSATE,
        _P.READ_SURVEYS,
    },
    Role.RETURNS_SPECIALIST: _DESK
    | _RETURNS
    | {_P.DECIDE_RETURN, _P.INSPECT_RETURN, _P.SETTLE_RETURN},
    Role.TECHNICIAN: frozenset(
        {_P.READ, _P.REPLY, _P.NOTE, _P.CALL, _P.RECEIVE_RETURN, _P.INSPECT_RETURN}
    ),
    Role.MANAGER: _ALL - {_P.MANAGE_STAFF, _P.OPERATE},
    Role.ANALYST: frozenset({_P.REPORTS, _P.READ_SURVEYS}),
    Role.ADMIN: _ALL,
}

_COMPENSATION: dict[Role, int | None] = {
    Role.AGENT: 20,
    Role.COMPLAINT_SPECIALIST: 50,
    Role.RETURNS_SPECIALIST: 0,
    Role.TECHNICIAN: 0,
    Role.MANAGER: None,
    Role.ANALYST: 0,
    Role.ADMIN: None,
}


def permissions_of(role: Role) -> frozenset[Permission]:
    return _TABLE[role]


def compensation_limit(role: Role) -> int | None:
    """Percent of the order's value the role may grant without asking; None is no limit (ROL-12)."""
    return _COMPENSATION[role]
