"""What keeps somebody who was erased from coming back, and writes down who was."""

from tests.mutants.guard import Guard

CUSTOMERS = "chalicelib/domain/customers.py"
CATALOGUE = "chalicelib/services/catalogue.py"
ERASURE = "chalicelib/services/erasure.py"
FILES = "tests/unit/test_customers.py"
FORGOTTEN = "tests/http/test_erasure.py"

GUARDS = {
    "erased-buyer-stays-so": Guard(
        CATALOGUE,
        "    if erased_at is not None:\n        # Who",
        "    if erased_at is not erased_at:\n        # Who",
        f"{FORGOTTEN}"
        "::test_an_order_that_comes_between_the_wish_and_its_job_does_not_bring_the_buyer_back",
    ),
    "erased-order-stays-so": Guard(
        CATALOGUE,
        "    if order is not None and order.erased_at is not None:\n",
        "    if order is not None and order.erased_at is not order.erased_at:\n",
        f"{FORGOTTEN}::test_a_named_order_that_was_never_seen_comes_without_its_buyer",
    ),
    "older-file-brings-nobody-back": Guard(
        CUSTOMERS,
        "(forgotten_at and (customer is None or event.changed_at <= forgotten_at))",
        "(forgotten_at and customer is None)",
        f"{FILES}::test_a_file_sent_of_somebody_erased_is_not_taken_until_they_come_again",
    ),
    "file-alone-brings-nobody-back": Guard(
        CUSTOMERS,
        "(forgotten_at and (customer is None or event.changed_at <= forgotten_at))",
        "(forgotten_at and event.changed_at <= forgotten_at)",
        f"{FILES}::test_a_file_sent_of_somebody_erased_is_not_taken_until_they_come_again",
    ),
    "emptied-file-stays-empty": Guard(
        CUSTOMERS,
        "    elif before.erased_at is not None or (\n",
        "    elif before.erased_at is not before.erased_at or (\n",
        f"{FILES}::test_a_file_that_was_emptied_is_not_filled_again",
    ),
    "what-is-forgotten-is-marked": Guard(
        CUSTOMERS,
        "        one.but(customer_id=None, erased_at=max(at, one.erased_at or at))\n",
        "        one.but(customer_id=None)\n",
        f"{FILES}::test_an_erased_person_leaves_nothing_and_is_a_stranger_when_they_come_back",
        FORGOTTEN,
    ),
    "what-is-forgotten-leads-nowhere": Guard(
        CUSTOMERS,
        "        one.but(customer_id=None, erased_at=max(at, one.erased_at or at))\n",
        "        one.but(erased_at=max(at, one.erased_at or at))\n",
        f"{FILES}::test_an_erased_person_leaves_nothing_and_is_a_stranger_when_they_come_back",
    ),
    "another-is-not-forgotten-with-them": Guard(
        CUSTOMERS,
        "        if one.customer_id in (None, customer_id)\n",
        "        if one.customer_id not in ()\n",
        f"{FILES}::test_what_another_customer_is_known_by_is_left_to_them",
    ),
    "erasure-is-written-down-first": Guard(
        ERASURE,
        "    write_down(desk.house, wish)\n"
        "    named = Changes(None, agenda=_named_orders(wish))\n"
        "    return desk.commit(_forgetting(desk, customer, wish, known).plus(named))\n",
        "    named = Changes(None, agenda=_named_orders(wish))\n"
        "    forgotten = desk.commit(_forgetting(desk, customer, wish, known).plus(named))\n"
        "    write_down(desk.house, wish)\n"
        "    return forgotten\n",
        f"{FORGOTTEN}::test_an_erasure_is_written_down_before_anything_is_erased",
    ),
    "erasure-of-a-shop-is-written-down-first": Guard(
        ERASURE,
        "    write_down(desk.house, Erasure(shop=desk.shop_id, at=desk.now(),"
        " is_whole_shop=True))\n",
        "",
        f"{FORGOTTEN}::test_that_a_shop_left_is_written_down_before_anything_is_erased",
    ),
    "what-else-they-were-known-by-is-written-down-first": Guard(
        ERASURE,
        "    write_down(desk.house, left)\n"
        "    desk.aside().commit(mark(desk, known, known, customer_id, at))\n",
        "    desk.aside().commit(mark(desk, known, known, customer_id, at))\n"
        "    write_down(desk.house, left)\n",
        f"{FORGOTTEN}::test_what_else_somebody_was_known_by_is_written_down_before_it_is_forgotten",
    ),
}
