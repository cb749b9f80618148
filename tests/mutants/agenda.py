"""What keeps timed work to one run with one effect, and parks what cannot be done."""

from tests.mutants.guard import Guard

AGENDA = "chalicelib/store/agenda.py"
COMMIT = "chalicelib/store/commit.py"
RUNNING = "chalicelib/services/agenda.py"
LEASES = "tests/contract/test_agenda.py"
FAULTS = "tests/faults/test_agenda.py"
FAILURES = "tests/contract/test_agenda_failures.py"
POISON = "tests/faults/test_poison.py"

GUARDS = {
    "lease-keeps-others-away": Guard(
        AGENDA,
        '" AND (attribute_not_exists(lease_until) OR lease_until < :real_now)"',
        '" AND (attribute_not_exists(lease_until) OR lease_until < :real_now OR'
        ' lease_until >= :real_now)"',
        f"{LEASES}::test_of_many_who_claim_an_entry_one_holds_it",
    ),
    "claim-names-its-generation": Guard(
        AGENDA,
        '"generation = :generation AND due_at <= :now',
        '"generation >= :generation AND due_at <= :now',
        f"{LEASES}::test_an_index_that_lags_behind_shows_nobody_an_older_generation",
    ),
    "nothing-runs-before-its-time": Guard(
        AGENDA,
        '"generation = :generation AND due_at <= :now',
        '"generation = :generation AND (due_at <= :now OR due_at > :now)',
        f"{LEASES}::test_an_index_that_lags_behind_runs_nothing_before_its_time",
    ),
    "finish-needs-the-lease": Guard(
        AGENDA,
        'HELD = "lease = :lease AND attribute_not_exists(cancelled)"',
        'HELD = "(lease = :lease OR attribute_exists(id)) AND attribute_not_exists(cancelled)"',
        f"{LEASES}::test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect",
    ),
    "finish-alone-needs-the-lease": Guard(
        AGENDA,
        '        ConditionExpression="lease = :lease",',
        '        ConditionExpression="lease = :lease OR attribute_exists(id)",',
        f"{LEASES}::test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect",
    ),
    "postponing-needs-the-lease": Guard(
        AGENDA,
        '        ),\n        ConditionExpression="lease = :lease AND attribute_exists(lane)",',
        "        ),\n"
        '        ConditionExpression="(lease = :lease OR attribute_exists(id)) AND'
        ' attribute_exists(lane)",',
        f"{LEASES}::test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect",
    ),
    "parking-needs-the-lease": Guard(
        AGENDA,
        'REMOVE lease, lease_until",\n'
        '        ConditionExpression="lease = :lease AND attribute_exists(lane)",',
        'REMOVE lease, lease_until",\n'
        '        ConditionExpression="(lease = :lease OR attribute_exists(id)) AND'
        ' attribute_exists(lane)",',
        f"{LEASES}::test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect",
    ),
    "putting-itself-back-needs-the-lease": Guard(
        COMMIT,
        '            action["Update"]["ConditionExpression"] = agenda.HELD\n',
        '            action["Update"]["ConditionExpression"] = "attribute_exists(id) OR'
        ' lease = :lease"\n',
        f"{LEASES}::test_a_run_that_puts_itself_back_does_not_undo_what_happened_meanwhile",
    ),
    "run-finishes-with-its-effect": Guard(
        COMMIT,
        '        actions.append(_Action("run", agenda.finish_action(tables, run)))',
        "        pass",
        FAULTS,
        f"{LEASES}::test_a_lease_that_ran_out_is_taken_over_once_and_its_run_has_no_effect",
    ),
    "cancelled-run-has-no-effect": Guard(
        AGENDA,
        'HELD = "lease = :lease AND attribute_not_exists(cancelled)"',
        'HELD = "lease = :lease"',
        f"{LEASES}::test_an_entry_cancelled_while_it_runs_has_no_effect",
    ),
    "cancelled-run-is-not-tried-again": Guard(
        AGENDA,
        '        ),\n        ConditionExpression="lease = :lease AND attribute_exists(lane)",',
        '        ),\n        ConditionExpression="lease = :lease",',
        f"{FAILURES}::test_a_cancelled_run_that_fails_does_not_come_back",
    ),
    "replaced-run-loses-its-lease": Guard(
        AGENDA,
        '" REMOVE lease, lease_until, cancelled, last_error, expires_at"',
        '" REMOVE cancelled, last_error, expires_at"',
        FAULTS,
        f"{LEASES}::test_a_replaced_entry_fences_the_run_that_had_begun",
    ),
    "replacement-is-a-new-generation": Guard(
        AGENDA,
        "generation = if_not_exists(generation, :zero) + :one{mark}",
        "generation = :one{mark}",
        f"{LEASES}::test_no_replacement_is_lost_and_the_last_one_stands",
    ),
    "dead-entry-does-not-run": Guard(
        AGENDA,
        '" AND NOT begins_with(lane, :dead)"',
        '" AND (NOT begins_with(lane, :dead) OR attribute_exists(lane))"',
        f"{FAILURES}::test_a_dead_entry_is_claimed_by_nobody",
    ),
    "revived-is-what-was-dead": Guard(
        AGENDA,
        '            ConditionExpression="lane = :dead",',
        '            ConditionExpression="lane = :dead OR attribute_exists(lane)",',
        f"{FAILURES}::test_many_who_revive_an_entry_revive_it_once_and_all_are_answered_with_it",
    ),
    "failure-is-parked": Guard(
        RUNNING,
        "    if claimed.attempts >= MOST_ATTEMPTS:\n",
        "    if claimed.attempts >= 100 * MOST_ATTEMPTS:\n",
        POISON,
    ),
    "endless-run-is-parked": Guard(
        RUNNING,
        "    if claimed.attempts > MOST_ATTEMPTS:\n",
        "    if claimed.attempts > 100 * MOST_ATTEMPTS:\n",
        POISON,
    ),
    "unreadable-entry-is-parked": Guard(
        RUNNING,
        "    try:\n        _do(house, claimed)\n",
        "    _ = claimed.entry\n    try:\n        _do(house, claimed)\n",
        POISON,
    ),
    "refused-event-is-given-back-itself": Guard(
        "chalicelib/handlers/streams.py",
        "            return _given_back(some[done])\n",
        "            return _given_back(records[0])\n",
        "tests/store/test_publishing.py::test_from_the_first_that_was_refused_on_they_come_again",
    ),
    "what-is-no-event-holds-nothing-up": Guard(
        "chalicelib/services/publishing.py",
        "        except (ValidationError, KeyError) as error:\n",
        "        except ArithmeticError as error:\n",
        POISON,
    ),
}
