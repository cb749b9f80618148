"""What keeps a deployment to what it may do, and from losing what it is brought."""

from tests.mutants.guard import Guard

TRIGGERS = "deploy/triggers.py"
FUNCTIONS = "tests/infra/test_functions.py"

GUARDS = {
    "stream-is-read-from-its-oldest": Guard(
        TRIGGERS,
        '"StartingPosition": "TRIM_HORIZON"',
        '"StartingPosition": "LATEST"',
        f"{FUNCTIONS}::test_a_stream_is_read_from_its_oldest_record_and_never_hangs",
    ),
    "stream-says-what-failed": Guard(
        TRIGGERS,
        '["ReportBatchItemFailures"]',
        "[]",
        f"{FUNCTIONS}::test_a_stream_is_read_from_its_oldest_record_and_never_hangs",
    ),
    "failed-batch-is-halved": Guard(
        TRIGGERS,
        '"BisectBatchOnFunctionError": True',
        '"BisectBatchOnFunctionError": False',
        f"{FUNCTIONS}::test_a_stream_is_read_from_its_oldest_record_and_never_hangs",
    ),
    "clock-runs-once-at-a-time": Guard(
        "deploy/sizes.py",
        '"Tick": (1, 1)',
        '"Tick": (2, 1)',
        f"{FUNCTIONS}::test_a_clock_never_overlaps_itself",
    ),
    "only-who-sends-may-send": Guard(
        "deploy/grants.py",
        "_WORK = (*_KEEP_FILES, *RUN,",
        "_WORK = (*_KEEP_FILES, *SEND_MAIL, *RUN,",
        f"{FUNCTIONS}::test_only_who_sends_may_send",
    ),
    "only-who-takes-in-reads-secrets-of-shops": Guard(
        "deploy/grants.py",
        "/aftercare/${Stage}/keys",
        "/aftercare/${Stage}/*",
        "tests/infra/test_roles.py"
        "::test_only_who_takes_deliveries_in_may_read_what_shops_sign_with",
    ),
    "one-index-a-release": Guard(
        "deploy/released.py",
        "len(changes) > 1",
        "len(changes) > 2",
        "tests/infra/test_released.py::test_two_may_not",
    ),
    "gateway-logs-no-bodies": Guard(
        "deploy/gateway.py",
        '"DataTraceEnabled": False',
        '"DataTraceEnabled": True',
        "tests/infra/test_gateway.py"
        "::test_nothing_that_is_asked_or_answered_is_logged_by_the_gateway",
    ),
    "alarm-watches-what-is-counted": Guard(
        "deploy/alarms.py",
        "str(metric)",
        "str(metric).lower()",
        "tests/infra/test_alarms.py::test_what_the_code_counts_is_what_is_watched",
    ),
}
