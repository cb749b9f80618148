"""What keeps returns to what was bought, and refunds to what was paid."""

from tests.mutants.guard import Guard

RETURN_WORK = "chalicelib/domain/return_work.py"
RETURN_REFUNDS = "chalicelib/domain/return_refunds.py"
RETURN_REQUESTS = "chalicelib/domain/return_requests.py"
RETURN_RACES = "tests/contract/test_return_races.py"
REFUND_RACES = "tests/contract/test_refund_races.py"

GUARDS = {
    "no-more-units-than-were-bought": Guard(
        "chalicelib/domain/return_lines.py",
        "if quantity > may_claim[line_id]:",
        "if quantity > 99:",
        f"{RETURN_RACES}::test_never_more_units_are_promised_than_were_bought",
    ),
    "a-draft-is-sent-once": Guard(
        "chalicelib/services/return_drafts.py",
        "receipts=(_sent(desk, order, name),)",
        "receipts=()",
        "tests/contract/test_return_drafts.py"
        "::test_twenty_press_confirm_at_once_and_one_return_is_made",
    ),
    "sending-looks-at-the-state": Guard(
        RETURN_WORK,
        "    check(case, Act.SEND)\n",
        "",
        f"{RETURN_RACES}::test_a_parcel_that_leaves_in_the_last_moment_has_left_or_has_expired",
    ),
    "receiving-looks-at-the-state": Guard(
        RETURN_WORK,
        "    check(case, Act.RECEIVE)\n",
        "",
        f"{RETURN_RACES}::test_a_parcel_that_is_scanned_by_many_is_received_once",
    ),
    "inspecting-looks-at-the-state": Guard(
        RETURN_WORK,
        "    check(case, Act.INSPECT)\n",
        "",
        f"{RETURN_RACES}::test_what_is_settled_is_not_inspected_again",
    ),
    "settling-looks-at-the-state": Guard(
        RETURN_REFUNDS,
        "    check(case, Act.SETTLE)\n",
        "",
        f"{REFUND_RACES}::test_of_many_who_settle_a_return_one_reserves_its_refund",
    ),
    "refunding-looks-at-the-state": Guard(
        RETURN_REFUNDS,
        "    check(case, Act.REFUND)\n    if how",
        "    if how",
        f"{REFUND_RACES}::test_a_refund_paid_by_hand_and_shown_by_the_shop_at_once_is_done_once",
    ),
    "calling-off-looks-at-the-state": Guard(
        RETURN_REQUESTS,
        "    check(case, Act.CANCEL)\n",
        "",
        f"{RETURN_RACES}::test_of_agreeing_declining_and_calling_off_one_happens",
    ),
    "expiring-looks-at-the-state": Guard(
        RETURN_REQUESTS,
        "    check(case, Act.EXPIRE)\n",
        "",
        "tests/unit/test_returns.py::test_what_is_on_its_way_does_not_expire",
    ),
    "refunded-is-not-refundable": Guard(
        "chalicelib/domain/paid.py",
        "return max(self.captured - self.refunded, 0)",
        "return max(self.captured, 0)",
        f"{REFUND_RACES}::test_returns_settled_all_at_once_come_to_what_was_captured_to_the_cent",
    ),
    "refund-changes-its-order": Guard(
        RETURN_REFUNDS,
        "*(freed(order, missing) or (order.but(),)),",
        "*freed(order, missing),",
        f"{REFUND_RACES}::test_returns_settled_all_at_once_come_to_what_was_captured_to_the_cent",
    ),
    "settled-is-matched-again": Guard(
        "chalicelib/services/return_work.py",
        "    again = match_entry(file.order, desk.now())\n"
        "    desk.commit(shown.plus(Changes(None, agenda=(again,))))",
        "    desk.commit(shown)",
        f"{REFUND_RACES}::test_the_shop_refunds_while_we_settle_and_each_return_is_paid_once",
    ),
    "taken-refund-is-not-matched": Guard(
        RETURN_REFUNDS,
        "        if refund.id not in taken\n        and refund.amount",
        "        if refund.amount",
        f"{REFUND_RACES}::test_one_refund_of_the_shop_carries_out_one_return_whoever_looks",
    ),
    "matched-refund-is-taken": Guard(
        RETURN_REFUNDS,
        "records = (matched, _taken(case, refund))",
        "records = (matched,)",
        f"{REFUND_RACES}::test_a_refund_of_the_shop_is_not_both_matched_and_adopted",
    ),
    "adopted-refund-is-taken": Guard(
        RETURN_REFUNDS,
        "*((_taken(case, adopted),) if adopted else ()),",
        "",
        f"{REFUND_RACES}::test_a_refund_of_the_shop_is_not_both_matched_and_adopted",
    ),
}
