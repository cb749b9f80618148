"""What keeps cursors and links to what they were made for, and lists whole."""

from tests.mutants.guard import Guard

LINKS = "chalicelib/services/links.py"
CURSORS = "chalicelib/web/cursors.py"
RECORDS = "chalicelib/store/records.py"
EVENTS = "chalicelib/store/events.py"
INBOX = "chalicelib/services/inbox.py"
CURSOR_TESTS = "tests/contract/test_cursors.py"
PAGING = "tests/contract/test_paging.py"

GUARDS = {
    "link-is-signed": Guard(
        LINKS,
        "    except BadData:\n"
        "        return None\n"
        "    return value if _is_as_given(signer, rest) else None",
        "    except BadData:\n        value = signer.loads_unsafe(rest)[1]\n    return value",
        f"{CURSOR_TESTS}::test_a_cursor_with_one_changed_byte_is_refused",
    ),
    "link-is-as-it-was-given": Guard(
        LINKS,
        "    return value if _is_as_given(signer, rest) else None",
        "    return value",
        f"{CURSOR_TESTS}::test_a_cursor_with_one_changed_byte_is_refused",
    ),
    "link-is-good-for-one-purpose": Guard(
        LINKS,
        "salt=purpose,",
        'salt="",',
        f"{CURSOR_TESTS}::test_a_link_is_no_cursor_and_a_cursor_no_link",
    ),
    "link-names-a-key-that-there-is": Guard(
        LINKS,
        "    if signer is None:\n        return None\n    try",
        "    assert signer is not None\n    try",
        f"{CURSOR_TESTS}::test_what_is_no_cursor_at_all_is_refused",
    ),
    "older-key-is-good-until-retired": Guard(
        "chalicelib/services/keys.py",
        '{**keys["signing"], key_id:',
        "{key_id:",
        f"{CURSOR_TESTS}::test_an_older_key_is_good_until_it_is_retired",
    ),
    "cursor-is-good-for-its-shop": Guard(
        CURSORS,
        "signed is None or signed[0] != desk.shop_id",
        "signed is None",
        f"{CURSOR_TESTS}::test_a_cursor_is_good_for_its_shop_alone",
    ),
    "cursor-is-good-for-its-list": Guard(
        CURSORS,
        'f"cursor:{list_name}"',
        '"cursor"',
        f"{CURSOR_TESTS}::test_a_cursor_is_good_for_its_list_alone",
        times=2,
    ),
    "cursor-is-good-for-its-trail": Guard(
        "chalicelib/web/trails.py",
        'name = f"trail:{subject}"',
        'name = "tickets"',
        f"{CURSOR_TESTS}::test_a_cursor_is_good_for_its_list_alone",
    ),
    "list-goes-on-where-it-was": Guard(
        RECORDS,
        'arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}',
        "arguments: dict[str, Any] = {}",
        f"{PAGING}::test_what_stays_is_shown_once_while_others_come_and_move",
    ),
    "list-goes-both-ways": Guard(
        RECORDS,
        "ScanIndexForward=not backwards,",
        "ScanIndexForward=True,",
        f"{PAGING}::test_what_is_added_ahead_is_shown_and_what_is_added_behind_is_not",
    ),
    "page-has-all-its-cards": Guard(
        RECORDS,
        "    return Page(cards, last)",
        "    return Page(cards[:-1] if last else cards, last)",
        f"{PAGING}::test_what_stays_is_shown_once_while_others_come_and_move",
    ),
    "moved-ticket-moves-in-its-list": Guard(
        "chalicelib/store/listings.py",
        'places.append(Place(1, "tickets", due))',
        'places.append(Place(1, "tickets", ""))',
        f"{PAGING}::test_what_is_added_ahead_is_shown_and_what_is_added_behind_is_not",
    ),
    "trail-goes-on-where-it-was": Guard(
        EVENTS,
        '    """What happened to one subject, oldest first."""\n'
        '    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}',
        '    """What happened to one subject, oldest first."""\n    arguments: dict[str, Any] = {}',
        f"{PAGING}::test_a_trail_is_whole_while_more_happens",
    ),
    "timeline-is-newest-first": Guard(
        EVENTS,
        '{":pk": f"{shop}#{customer}"}),\n        ScanIndexForward=False,\n',
        '{":pk": f"{shop}#{customer}"}),\n',
        f"{PAGING}::test_a_timeline_goes_back_from_where_it_began",
    ),
    "dead-entries-go-on-where-they-were": Guard(
        "chalicelib/store/agenda.py",
        '    """A shop\'s dead entries, oldest due first, whole."""\n'
        '    arguments: dict[str, Any] = {"ExclusiveStartKey": to_item(after)} if after else {}',
        '    """A shop\'s dead entries, oldest due first, whole."""\n'
        "    arguments: dict[str, Any] = {}",
        f"{PAGING}::test_parked_entries_are_all_shown_once_while_others_are_parked_and_revived",
    ),
    "given-up-goes-on-where-it-was": Guard(
        INBOX,
        '{"StartAfter": prefix + after} if after else {}',
        "{}",
        f"{PAGING}::test_given_up_deliveries_are_all_shown_once_while_some_are_tried_again",
    ),
    "given-up-says-that-there-is-more": Guard(
        INBOX,
        'ids[-1] if answer["IsTruncated"] else None',
        "None",
        f"{PAGING}::test_given_up_deliveries_are_all_shown_once_while_some_are_tried_again",
    ),
    "query-is-read-to-its-end": Guard(
        "chalicelib/store/tables.py",
        '        arguments["ExclusiveStartKey"] = to_item(last)',
        "        return",
        f"{PAGING}::test_an_hour_holds_all_of_its_events_however_many_pages_it_has",
    ),
}
