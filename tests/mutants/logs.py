"""What keeps people's words and addresses out of the logs."""

from tests.mutants.guard import Guard

APP = "chalicelib/web/app.py"
WATCH = "tests/quiet_logs.py"
EDGE = "tests/http/test_edge.py"
WATCH_TESTS = "tests/unit/test_quiet_logs.py"

GUARDS = {
    "what-broke-is-not-quoted": Guard(
        "chalicelib/logs.py",
        '    log().error("broken", extra=told | where)',
        '    log().error("broken", extra=told | where | {"why": str(error)})',
        f"{EDGE}::test_a_failure_of_ours_tells_neither_the_caller_nor_the_log_its_words",
        f"{EDGE}::test_what_breaks_in_a_function_leaves_it_without_its_words",
    ),
    "what-leaves-a-function-is-a-name": Guard(
        APP,
        "        raise Failed(type(error).__name__) from None\n",
        "        raise Failed(str(error)) from None\n",
        f"{EDGE}::test_what_breaks_in_a_function_leaves_it_without_its_words",
    ),
    "route-is-logged-and-not-the-address": Guard(
        APP,
        '            "route": request.path,\n',
        '            "route": request.path.format(**exchange.params),\n',
        f"{EDGE}::test_the_log_is_one_line_with_the_route_and_nothing_that_was_sent",
    ),
    "log-of-every-test-is-read": Guard(
        WATCH,
        "    found = leaks(lines, words)\n    if found:\n",
        "    found = leaks([], words)\n    if found:\n",
        f"{WATCH_TESTS}::test_the_test_that_wrote_the_line_is_named_by_whichever_worker_ran_it",
    ),
    "secrets-are-seen-by-their-shape": Guard(
        WATCH,
        "        if re.search(shape, line)\n",
        "        if re.fullmatch(shape, line)\n",
        f"{WATCH_TESTS}::test_what_has_the_shape_of_a_secret_is_seen",
    ),
    "what-was-told-of-people-is-seen": Guard(
        WATCH,
        "        for part in (text.strip(), text.strip()[:40]):\n",
        "        for part in (text.strip(),):\n",
        f"{WATCH_TESTS}::test_what_a_test_told_of_somebody_is_seen",
    ),
}
