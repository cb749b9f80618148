"""What keeps an account to its owner, and a link or a token to its time."""

from tests.mutants.guard import Guard

STAFF = "chalicelib/domain/staff.py"
PEOPLE_RACES = "tests/contract/test_people_races.py"

GUARDS = {
    "address-is-claimed": Guard(
        STAFF,
        "return Changes(staff, (staff, claimed), (Told",
        "return Changes(staff, (staff,), (Told",
        f"{PEOPLE_RACES}::test_an_address_is_taken_on_once",
    ),
    "sign-in-link-is-spent": Guard(
        STAFF,
        "return Changes(session.result, (*session.records, spent)",
        "return Changes(session.result, (*session.records,)",
        f"{PEOPLE_RACES}::test_a_sign_in_link_is_spent_once",
    ),
    "who-is-seen-off-has-no-session": Guard(
        STAFF,
        "if token.revoked_at or staff.disabled_at:",
        "if token.revoked_at:",
        f"{PEOPLE_RACES}::test_a_link_opens_nothing_for_who_is_seen_off_at_the_same_moment",
    ),
    "revoked-is-revoked-once": Guard(
        STAFF,
        "    if token.revoked_at:\n        return Changes(token)\n",
        "",
        f"{PEOPLE_RACES}::test_a_token_revoked_by_many_is_revoked_once",
    ),
    "somebody-always-manages-the-staff": Guard(
        "chalicelib/domain/roster.py",
        "return change.plus(Changes(None, (kept,)))",
        "return change",
        f"{PEOPLE_RACES}::test_of_all_who_manage_the_staff_one_stays_however_many_stop_at_once",
    ),
    "first-use-stands-in-nobodys-way": Guard(
        "chalicelib/services/staff.py",
        "with suppress(Conflict, Busy):",
        "with suppress(Busy):",
        f"{PEOPLE_RACES}::test_a_token_used_by_many_for_the_first_time_lets_all_of_them_in",
    ),
}
