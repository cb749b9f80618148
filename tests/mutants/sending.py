"""What keeps mail from leaving twice, or to who wants none."""

from tests.mutants.guard import Guard

MESSAGES = "chalicelib/domain/messages.py"
CARRIERS = "chalicelib/notify/carriers.py"
UNIT = "tests/unit/test_messages.py"
SENDING = "tests/faults/test_sending.py"

GUARDS = {
    "claimed-is-not-handed-over-again": Guard(
        "chalicelib/services/messages.py",
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
    "unknown-is-sent-again-when-later-mails-are-heard-of": Guard(
        MESSAGES,
        "    if newest_seen and out.claimed_at and newest_seen > out.claimed_at:\n",
        "    if out.claimed_at:\n",
        f"{UNIT}::test_a_lost_answer_is_not_sent_again_while_nothing_can_be_told",
        "tests/store/test_messages.py"
        "::test_a_lost_mail_is_sent_again_only_when_later_mails_are_heard_of",
    ),
    "older-mail-tells-nothing-of-a-later-one": Guard(
        MESSAGES,
        "    if newest_seen and out.claimed_at and newest_seen > out.claimed_at:\n",
        "    if newest_seen and out.claimed_at:\n",
        f"{UNIT}::test_a_lost_answer_is_not_sent_again_while_nothing_can_be_told",
    ),
    "unknown-text-message-is-not-sent-again": Guard(
        MESSAGES,
        '    if out.channel is Channel.SMS:\n        return fail(out, "answer_lost")\n',
        "",
        f"{UNIT}::test_a_text_message_whose_answer_was_lost_is_left_to_people",
    ),
    "no-mail-to-what-bounced": Guard(
        MESSAGES,
        "    if out.channel in to.suppressed:\n",
        "    if out.channel in ():\n",
        SENDING,
    ),
    "no-survey-to-who-complained": Guard(
        MESSAGES,
        "    if out.letter.is_optional and SURVEYS in to.suppressed:\n",
        "    if out.letter.is_optional and SURVEYS in ():\n",
        SENDING,
    ),
    "too-fast-is-later": Guard(
        CARRIERS,
        "    if code in _THROTTLED:\n",
        "    if code in () or 'daily' in words:\n",
        SENDING,
    ),
    "lost-answer-is-not-tried-again": Guard(
        CARRIERS,
        "        return Handed(Answer.LOST, reason=type(error).__name__)\n",
        "        return Handed(Answer.LATER, reason=type(error).__name__)\n",
        SENDING,
    ),
}
