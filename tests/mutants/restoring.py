"""What keeps a restore from doing again what was done, and from bringing anybody back."""

from tests.mutants.guard import Guard

WITHHOLDING = "chalicelib/services/withholding.py"
RESTORING = "chalicelib/services/restoring.py"
WITHHELD = "chalicelib/store/withheld.py"
TESTS = "tests/contract/test_withholding.py"
ANY_STORY = "tests/contract/test_restore.py"

GUARDS = {
    "due-before-is-withheld-when-it-would-run": Guard(
        WITHHOLDING,
        "    return known is not None and claimed.kind not in QUIET",
        "    return known is not known and claimed.kind not in QUIET",
        f"{TESTS}::test_what_nobody_found_in_time_is_withheld_when_it_would_run",
    ),
    "due-before-is-withheld-beforehand": Guard(
        WITHHOLDING,
        "sum(store.withhold(house.tables, one.id, one.generation) for one in due)",
        "len(due)",
        f"{TESTS}::test_what_two_operators_release_runs_once",
    ),
    "dead-is-withheld": Guard(
        WITHHOLDING,
        "    waiting += [one for shop",
        "    _ = [one for shop",
        f"{TESTS}::test_what_was_dead_is_withheld_and_not_tried_again_from_there",
    ),
    "unknown-is-withheld-whenever-it-is-due": Guard(
        WITHHOLDING,
        "(one.due_at <= until or one.kind == SETTLE)",
        "one.due_at <= until",
        f"{TESTS}::test_a_message_of_which_nobody_knows_is_withheld_whenever_that_was_to_be_decided",
    ),
    "what-reaches-nobody-is-not-withheld": Guard(
        WITHHOLDING,
        "        if one.kind not in QUIET and",
        "        if one.kind and",
        f"{TESTS}::test_what_reaches_nobody_is_not_withheld",
    ),
    "replaced-meanwhile-is-not-withheld": Guard(
        WITHHELD,
        '"generation = :generation AND attribute_exists(lane)"',
        '"generation >= :generation AND attribute_exists(lane)"',
        f"{TESTS}::test_what_was_replaced_meanwhile_is_not_withheld",
    ),
    "released-once": Guard(
        WITHHELD,
        '"begins_with(lane, :withheld)"\n',
        '"(begins_with(lane, :withheld) OR attribute_exists(lane))"\n',
        f"{TESTS}::test_what_two_operators_release_runs_once",
    ),
    "given-up-by-one-is-not-released-by-another": Guard(
        WITHHELD,
        "OR lease_until < :real_now)",
        "OR lease_until < :real_now OR lease_until >= :real_now)",
        f"{TESTS}::test_what_is_being_given_up_is_not_released",
    ),
    "released-is-due-after-what-is-withheld": Guard(
        WITHHOLDING,
        "max(house.now(), under_review(house).until + JUST_AFTER)",
        "house.now()",
        f"{TESTS}::test_what_is_released_at_once_runs_all_the_same",
    ),
    "given-up-is-told": Guard(
        WITHHOLDING,
        "            _GIVEN_UP[waiting.kind](desk, claimed.entry)\n",
        "            pass\n",
        f"{TESTS}::test_a_message_that_is_given_up_says_so_and_never_leaves",
    ),
    "late-before-is-told-to-be-late": Guard(
        "chalicelib/services/ticket_clock.py",
        "        rung, _ = ticket_work.ring(ticket, at=until)\n",
        "        rung, _ = ticket_work.ring(ticket, at=desk.now())\n",
        f"{TESTS}::test_what_is_given_up_is_told_when_it_is_and_of_what_was_late_before",
    ),
    "given-up-is-over": Guard(
        WITHHOLDING,
        "        agenda.finish(house.tables, claimed)\n",
        "        pass\n",
        f"{TESTS}::test_what_nobody_waits_for_is_given_up_without_a_word",
    ),
    "review-ends-when-nothing-is-withheld": Guard(
        WITHHOLDING,
        "    if review(house, Chosen()):\n",
        "    if not house:\n",
        f"{TESTS}::test_a_review_does_not_end_while_something_is_withheld",
    ),
    "who-was-erased-is-erased-again": Guard(
        RESTORING,
        "        erasure.repeat(_as_operator(house, wish.shop), wish)\n",
        "        _ = wish\n",
        f"{TESTS}::test_tables_are_made_ready_as_well_twice_as_once",
        ANY_STORY,
    ),
    "who-was-erased-asks-nothing-of-before": Guard(
        "chalicelib/services/customers.py",
        "    if _is_forgotten(desk, person, known, said_at):\n",
        "    if not person:\n",
        "tests/http/test_erasure.py"
        "::test_what_an_erased_person_said_before_is_taken_in_without_them",
        ANY_STORY,
    ),
    "who-was-erased-says-nothing-of-before": Guard(
        "chalicelib/services/tickets.py",
        "    return words.emptied() if is_forgotten else words\n",
        "    return words\n",
        "tests/http/test_erasure.py"
        "::test_what_an_erased_person_said_before_is_taken_in_without_them",
    ),
    "an-ended-restore-withholds-nothing": Guard(
        WITHHOLDING,
        "    return _is_of_before(claimed, store.restored(house.tables))\n",
        "    return True\n",
        f"{TESTS}::test_after_the_review_whatever_is_due_runs",
    ),
    "lanes-until-then-stand-still": Guard(
        RESTORING,
        "    _pause_what_runs(house)\n    restored",
        "    restored",
        f"{TESTS}::test_tables_are_made_ready_as_well_twice_as_once",
    ),
    "restored-lanes-stand-still": Guard(
        RESTORING,
        "    lanes.pause(restored, Lane)\n",
        "",
        f"{TESTS}::test_tables_are_made_ready_as_well_twice_as_once",
    ),
    "what-is-withheld-stays-the-same": Guard(
        RESTORING,
        "    if before is not None and before.to == at:\n",
        "    if before is not None and before.to != at:\n",
        f"{TESTS}::test_tables_are_made_ready_as_well_twice_as_once",
    ),
}
