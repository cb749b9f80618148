"""The guards, and which tests miss them. A row's text stands exactly once in its file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that keeps something right, how to take it out, and where that must be seen."""

    file: str
    text: str
    broken: str
    tests: tuple[str, ...]

    def take_out(self, root: Path) -> None:
        """Break the tree at `root`. Raises AssertionError if the text is not there once."""
        path = root / self.file
        source = path.read_text()
        assert source.count(self.text) == 1, f"{self.file} has {self.text!r} not once"
        path.write_text(source.replace(self.text, self.broken))


AGENDA = "chalicelib/store/agenda.py"
COMMIT = "chalicelib/store/commit.py"
RUNNING = "chalicelib/services/agenda.py"
INTAKE = "chalicelib/services/intake.py"
DESK = "chalicelib/services/desk.py"
MESSAGES = "chalicelib/services/messages.py"
RECEIPTS = "chalicelib/store/receipts.py"
STREAMS = "chalicelib/handlers/streams.py"

ONCE = ("tests/faults/test_agenda.py",)
WEBHOOKS = ("tests/faults/test_webhooks.py",)
PATIENCE = ("tests/contract/test_patience.py",)
SENDING = ("tests/faults/test_sending.py",)
COMMANDS = ("tests/faults/test_commands.py",)
ANSWERS = ("tests/faults/test_answers.py",)
POISON = ("tests/faults/test_poison.py",)

GUARDS = {
    "lease-keeps-others-away": Guard(
        AGENDA,
        ' AND (attribute_not_exists(lease_until) OR lease_until < :real_now)"',
        ' AND :real_now = :real_now"',
        ("tests/contract/test_agenda.py",),
    ),
    "finish-needs-the-lease": Guard(
        AGENDA,
        'HELD = "lease = :lease AND attribute_not_exists(cancelled)"',
        'HELD = "attribute_exists(id) OR attribute_not_exists(id) OR lease = :lease"',
        ONCE,
    ),
    "cancelled-run-has-no-effect": Guard(
        AGENDA,
        'HELD = "lease = :lease AND attribute_not_exists(cancelled)"',
        'HELD = "lease = :lease"',
        ONCE,
    ),
    "replaced-run-loses-its-lease": Guard(
        AGENDA,
        '" REMOVE lease, lease_until, cancelled, last_error, expires_at"',
        '" REMOVE cancelled, last_error, expires_at"',
        ONCE,
    ),
    "claim-names-its-generation": Guard(
        AGENDA,
        '"generation = :generation AND due_at <= :now AND attribute_exists(lane)"',
        '"(generation = :generation OR due_at <= :now) AND attribute_exists(lane)"',
        ("tests/contract/test_agenda.py",),
    ),
    "run-finishes-with-its-effect": Guard(
        COMMIT,
        "    if run is not None and not _replaces_itself(changes, run):\n",
        "    if run is None and not changes:\n",
        ONCE,
    ),
    "one-token-for-one-decision": Guard(
        COMMIT,
        "                ClientRequestToken=commit_id,\n",
        '                ClientRequestToken=f"{commit_id}{pause}",\n',
        PATIENCE,
    ),
    "record-has-its-version": Guard(
        COMMIT,
        '        "ConditionExpression": "#version = :expected",\n',
        '        "ConditionExpression": "#version = :expected OR attribute_exists(pk)",\n',
        ("tests/contract/test_commit.py",),
    ),
    "conflict-is-decided-again": Guard(
        DESK,
        "            except Conflict:\n",
        "            except ArithmeticError:\n",
        PATIENCE,
    ),
    "webhook-has-a-receipt": Guard(
        INTAKE,
        '            Receipt(receipt_id("webhook", shop_id, key), body_key, RECEIPT_LIFETIME)'
        " for key in keys\n",
        "            Receipt(receipt_id(desk_id, key), body_key, RECEIPT_LIFETIME)"
        " for desk_id, key in ()\n",
        WEBHOOKS,
    ),
    "signed-is-parked": Guard(
        INTAKE,
        "        _park(house, parked, delivery, error)\n",
        "",
        WEBHOOKS,
    ),
    "signed-is-parked-before-the-shop-is-read": Guard(
        INTAKE,
        "        if not is_outage(error):\n            raise\n    _verify",
        "        raise\n    _verify",
        ("tests/http/test_webhooks.py",),
    ),
    "outage-costs-no-attempt": Guard(
        INTAKE,
        "        if not (isinstance(error, TryLater) or is_outage(error)):\n",
        "        if error:\n",
        ("tests/http/test_webhooks.py",),
    ),
    "older-snapshot-changes-nothing": Guard(
        "chalicelib/domain/orders.py",
        "_age(event, content) > (",
        "_age(event, content) != (",
        WEBHOOKS,
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
    "bad-event-is-given-back-alone": Guard(
        STREAMS,
        "            return _given_back(some[done])\n",
        "            return _given_back(records[0])\n",
        POISON,
    ),
    "claimed-is-not-handed-over-again": Guard(
        MESSAGES,
        "    if out.state is not State.DUE:\n",
        "    if out.state not in (State.DUE, State.SENDING):\n",
        SENDING,
    ),
    "report-says-that-it-left": Guard(
        "chalicelib/domain/mail.py",
        "    if out.state in OPEN:\n",
        "    if out.state is not out.state:\n",
        SENDING,
    ),
    "no-mail-to-what-bounced": Guard(
        "chalicelib/domain/messages.py",
        "    if out.channel in to.suppressed:\n",
        "    if out.channel in ():\n",
        SENDING,
    ),
    "no-survey-to-who-complained": Guard(
        "chalicelib/domain/messages.py",
        "    if out.letter.is_optional and SURVEYS in to.suppressed:\n",
        "    if out.letter.is_optional and SURVEYS in ():\n",
        SENDING,
    ),
    "too-fast-is-later": Guard(
        "chalicelib/notify/carriers.py",
        "    if code in _THROTTLED:\n",
        "    if code in () or 'daily' in words:\n",
        SENDING,
    ),
    "lost-answer-is-not-tried-again": Guard(
        "chalicelib/notify/carriers.py",
        "        return Handed(Answer.LOST, reason=type(error).__name__)\n",
        "        return Handed(Answer.LATER, reason=type(error).__name__)\n",
        SENDING,
    ),
    "key-has-a-receipt": Guard(
        DESK,
        "    receipts = (idempotency.receipt(),) if idempotency else ()\n",
        "    receipts = () if idempotency else ()\n",
        COMMANDS,
    ),
    "receipt-is-written-once": Guard(
        RECEIPTS,
        '"attribute_not_exists(id) OR expires_at <= :now"',
        '"attribute_not_exists(id) OR expires_at <= :now OR expires_at > :now"',
        COMMANDS,
    ),
    "key-is-good-for-one-body": Guard(
        DESK,
        '        if receipt_id in hashes and hashes[receipt_id] != item.get("body_hash"):\n',
        '        if receipt_id in () and hashes[receipt_id] != item.get("body_hash"):\n',
        COMMANDS,
    ),
    "form-is-sent-once": Guard(
        "chalicelib/handlers/surveys.py",
        "        receipts=(survey_forms.nonce_receipt(nonce),),\n",
        "        receipts=(),\n",
        ANSWERS,
    ),
}
