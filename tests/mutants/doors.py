"""What keeps whoever comes to a public door to so many uses, and to what is theirs."""

from tests.mutants.guard import Guard

LIMITS = "chalicelib/web/limits.py"
AUTH = "chalicelib/web/auth.py"
RECEIPTS = "chalicelib/store/receipts.py"
COUNTERS = "chalicelib/store/counters.py"
LIMIT_TESTS = "tests/contract/test_limits.py"
PEOPLE_RACES = "tests/contract/test_people_races.py"

GUARDS = {
    "door-opens-so-often": Guard(
        RECEIPTS,
        '"attribute_not_exists(used) OR used < :limit"',
        '"attribute_not_exists(used) OR used < :limit OR used >= :limit"',
        f"{PEOPLE_RACES}::test_a_door_opens_exactly_so_often_in_its_time",
    ),
    "door-opens-again-in-time": Guard(
        RECEIPTS,
        'receipt_id("rate", bucket, str(start))',
        'receipt_id("rate", bucket)',
        f"{LIMIT_TESTS}::test_an_open_door_lets_so_many_through_and_says_when_to_come_again",
    ),
    "who-knocks-too-often-is-refused": Guard(
        LIMITS,
        "    if not desk.take(bucket, limit=limit, window=WINDOW):\n",
        "    if not desk.take(bucket, limit=limit, window=WINDOW) and not bucket:\n",
        f"{LIMIT_TESTS}::test_an_open_door_lets_so_many_through_and_says_when_to_come_again",
    ),
    "what-is-done-through-a-link-is-counted": Guard(
        AUTH,
        "                press(desk(), purpose, opened().subject)\n",
        "                desk()\n",
        f"{LIMIT_TESTS}::test_through_a_link_no_more_is_done_than_by_hand",
    ),
    "place-is-what-the-gateway-saw": Guard(
        LIMITS,
        'str(identity.get("sourceIp", ""))',
        'str(here().request.headers.get("x-forwarded-for", identity))',
        f"{LIMIT_TESTS}::test_an_open_door_lets_so_many_through_and_says_when_to_come_again",
    ),
    "place-is-a-whole-network": Guard(
        LIMITS,
        "int(address) >> 64 << 64",
        "int(address)",
        f"{LIMIT_TESTS}::test_a_place_is_an_address_or_a_whole_network",
    ),
    "place-is-kept-as-a-fingerprint": Guard(
        LIMITS,
        "desk.fingerprint(_place())",
        "_place()",
        f"{LIMIT_TESTS}::test_who_knocked_is_not_to_be_read_anywhere",
    ),
    "unsigned-deliveries-are-counted-so-far": Guard(
        COUNTERS,
        '"attribute_not_exists(#code) OR #code < :most"',
        '"attribute_not_exists(#code) OR #code < :most OR #code >= :most"',
        f"{LIMIT_TESTS}::test_unsigned_deliveries_are_counted_so_far_and_then_refused",
    ),
    "counts-are-exact": Guard(
        COUNTERS,
        '"SET expires_at = :end ADD #code :one"',
        '"SET expires_at = :end, #code = :one"',
        f"{PEOPLE_RACES}::test_what_is_counted_for_operators_is_counted_exactly",
    ),
    "form-is-of-our-own-page": Guard(
        AUTH,
        "            _check_form_is_ours(here())\n",
        "",
        "tests/http/test_access.py",
    ),
}
