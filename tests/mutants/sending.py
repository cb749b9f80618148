"""What keeps mail from leaving twice, or to who wants none."""

from tests.mutants.guard import Guard

MESSAGES = "chalicelib/domain/messages.py"
CARRIERS = "chalicelib/notify/carriers.py"
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
