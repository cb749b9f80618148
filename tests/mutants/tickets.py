"""What keeps one question to one ticket, and one person to one customer."""

from tests.mutants.guard import Guard

TICKETS = "chalicelib/services/tickets.py"
TICKET_RACES = "tests/contract/test_ticket_races.py"

GUARDS = {
    "ticket-act-looks-at-the-state": Guard(
        "chalicelib/domain/tickets.py",
        "    if ticket.status not in TRANSITIONS[act]:",
        "    if act not in TRANSITIONS:",
        f"{TICKET_RACES}::test_one_of_many_resolves_it_and_the_others_are_told_that_it_is",
    ),
    "number-is-claimed": Guard(
        "chalicelib/domain/ticket_work.py",
        "records=(ticket, said, claim(shop, ticket.number, ticket.id)),",
        "records=(ticket, said),",
        f"{TICKET_RACES}::test_no_two_tickets_share_a_number",
    ),
    "reference-is-claimed": Guard(
        TICKETS,
        "also = [who.changes, *_claims(ticket, asked.reference)]",
        "also = [who.changes]",
        f"{TICKET_RACES}::test_a_question_that_is_delivered_many_times_is_one_ticket",
    ),
    "known-question-opens-no-ticket": Guard(
        TICKETS,
        "    return nothing(known) if known is not None else _opened(desk, asked)",
        "    return _opened(desk, asked)",
        f"{TICKET_RACES}::test_a_question_that_is_delivered_many_times_is_one_ticket",
    ),
    "known-message-is-not-said-again": Guard(
        TICKETS,
        "    if said is not None:\n        return desk.commit(nothing(ticket))\n",
        "",
        "tests/http/test_ticket_intake.py"
        "::test_messages_of_a_conversation_elsewhere_gather_in_one_ticket",
    ),
    "solved-is-confirmed-once": Guard(
        "chalicelib/domain/ticket_cycles.py",
        "    if ticket.confirmed_at is not None and ticket.status is Status.CLOSED:\n"
        "        return nothing(ticket)\n",
        "",
        "tests/contract/test_survey_races.py::test_who_presses_solved_many_times_is_asked_once",
    ),
    "identity-is-of-one-customer": Guard(
        "chalicelib/domain/customers.py",
        "    kept = (known.get(identity, Identity(shop=shop, id=identity)) for identity"
        " in ids.values())\n"
        "    return tuple(one.but(customer_id=customer_id)",
        "    kept = (Identity(shop=shop, id=identity) for identity in ids.values() if"
        " not identity)\n"
        "    return tuple(one.but(customer_id=customer_id)",
        "tests/contract/test_people_races.py"
        "::test_who_writes_for_the_first_time_many_times_at_once_is_one_customer",
    ),
}
