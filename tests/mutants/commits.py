"""What one commit keeps right: versions, tokens, receipts and patience."""

from tests.mutants.guard import Guard

COMMIT = "chalicelib/store/commit.py"
DESK = "chalicelib/services/desk.py"
COMMIT_TESTS = "tests/contract/test_commit.py"
PATIENCE = "tests/contract/test_patience.py"
COMMANDS = "tests/faults/test_commands.py"
IDEMPOTENCY = "tests/contract/test_idempotency.py"
HTTP_RACES = "tests/contract/test_http_races.py"

GUARDS = {
    "record-has-its-version": Guard(
        COMMIT,
        '        "ConditionExpression": "#version = :expected",\n',
        '        "ConditionExpression": "#version = :expected OR attribute_exists(pk)",\n',
        f"{COMMIT_TESTS}::test_what_was_changed_since_it_was_read_is_not_removed",
    ),
    "new-record-is-new": Guard(
        COMMIT,
        'return condition | {"ConditionExpression": "attribute_not_exists(pk)"}',
        "return {}",
        f"{COMMIT_TESTS}::test_of_many_who_make_the_same_record_one_does",
    ),
    "version-is-told-once": Guard(
        "chalicelib/store/events.py",
        '"ConditionExpression": "attribute_not_exists(pk)",\n',
        '"ConditionExpression": "attribute_not_exists(pk) OR attribute_exists(pk)",\n',
        f"{COMMIT_TESTS}::test_what_was_told_of_a_version_stays_as_it_was_told",
    ),
    "unknown-attributes-are-kept": Guard(
        "chalicelib/store/codec.py",
        "return {**record.unknown, **record",
        "return {**record",
        f"{COMMIT_TESTS}::test_unknown_attributes_survive_a_write",
    ),
    "commit-has-so-many-writes-at-most": Guard(
        COMMIT,
        "if len(actions) > MOST_ACTIONS:",
        "if len(actions) > 100:",
        f"{COMMIT_TESTS}::test_more_than_ninety_writes_are_refused_before_anything_is_sent",
    ),
    "too-large-is-refused-by-its-field": Guard(
        COMMIT,
        '    return any(_ITEM_TOO_LARGE.search(message or "") for message in said)',
        "    return False",
        f"{COMMIT_TESTS}::test_a_record_that_no_item_can_hold_is_refused_by_its_largest_field",
    ),
    "one-token-for-one-decision": Guard(
        COMMIT,
        "                ClientRequestToken=commit_id,\n",
        '                ClientRequestToken=f"{commit_id}{pause}",\n',
        f"{PATIENCE}::test_a_lost_answer_is_asked_for_again_under_its_token",
    ),
    "lost-answer-is-asked-for-again": Guard(
        COMMIT,
        "        except BotoCoreError:\n            pass\n        if time",
        "        except ZeroDivisionError:\n            pass\n        if time",
        f"{PATIENCE}::test_a_lost_answer_is_asked_for_again_under_its_token",
    ),
    "own-receipt-is-success": Guard(
        COMMIT,
        '        action.role == "receipt" and old.get("commit") == commit_id',
        '        old.get("commit") == ""',
        f"{PATIENCE}::test_what_the_table_took_is_known_by_our_own_receipt",
    ),
    "throttled-is-told-so-in-time": Guard(
        COMMIT,
        '        "ThrottlingException",\n',
        "",
        f"{PATIENCE}::test_who_cannot_get_through_is_told_so_in_time_and_nothing_is_done",
    ),
    "busy-is-told-so-in-time": Guard(
        DESK,
        "            except store_commit.Busy:\n",
        "            except ZeroDivisionError:\n",
        f"{PATIENCE}::test_who_cannot_get_through_is_told_so_in_time_and_nothing_is_done",
    ),
    "conflict-is-decided-again": Guard(
        DESK,
        "            except Conflict:\n",
        "            except ArithmeticError:\n",
        PATIENCE,
    ),
    "conflict-is-decided-again-for-a-while": Guard(
        DESK,
        "                if time.monotonic() + pause > deadline:\n"
        '                    raise TryLater("Too',
        '                if pause:\n                    raise TryLater("Too',
        f"{PATIENCE}::test_a_conflict_is_decided_again_with_a_commit_of_its_own",
    ),
    "key-has-a-receipt": Guard(
        DESK,
        "    receipts = (idempotency.receipt(),) if idempotency else ()\n",
        "    receipts = () if idempotency else ()\n",
        COMMANDS,
    ),
    "key-is-its-callers-own": Guard(
        DESK,
        'receipt_id("key", self.scope, self.key)',
        'receipt_id("key", self.key)',
        f"{IDEMPOTENCY}::test_another_callers_key_is_another_key",
    ),
    "key-is-good-for-one-body": Guard(
        DESK,
        'hashes[receipt_id] != item.get("body_hash")',
        'hashes[receipt_id] == ""',
        COMMANDS,
        f"{IDEMPOTENCY}::test_one_key_with_two_bodies_has_one_effect_and_tells_the_others_so",
    ),
    "key-is-good-for-one-body-at-once-too": Guard(
        DESK,
        '            self._check_same(error.receipt, error.receipt["id"])\n',
        "",
        f"{IDEMPOTENCY}::test_one_key_with_two_bodies_has_one_effect_and_tells_the_others_so",
    ),
    "receipt-is-written-once": Guard(
        "chalicelib/store/receipts.py",
        '"attribute_not_exists(id) OR expires_at <= :now"',
        '"attribute_not_exists(id) OR expires_at <= :now OR expires_at > :now"',
        COMMANDS,
        f"{IDEMPOTENCY}::test_one_key_makes_one_record_though_nothing_else_is_in_the_way",
    ),
    "if-match-is-looked-at": Guard(
        DESK,
        "        if self._expected not in (None, record.version):",
        "        if False:",
        f"{HTTP_RACES}::test_who_decided_on_an_older_version_is_told_so",
    ),
    "if-match-is-looked-at-again-after-a-conflict": Guard(
        DESK,
        "        self._expected = self._if_match\n\n    def _answer",
        "        self._expected = None\n\n    def _answer",
        f"{HTTP_RACES}::test_who_decided_on_an_older_version_is_told_so",
    ),
}
