"""What happens to surveys, as events tell it: scores and reasons, never a word of a comment."""

from typing import ClassVar

from chalicelib.domain.events import Fact


class _AboutCase(Fact):
    about: str
    """`ticket` or `return`."""
    case_id: str


class SurveyInvited(_AboutCase):
    """`channel` is `message`, or `page` where the customer was led to it after "Solved"."""

    type: ClassVar[str] = "survey.invited"
    channel: str
    form: str
    form_version: int


class SurveyNotSent(_AboutCase):
    type: ClassVar[str] = "survey.not_sent"
    reason: str


class SurveyAnswered(_AboutCase):
    """`revision` 1 is the first answer; a later one says which score it `replaces`. `staff_id`
    and `reason` are the case's at the time it was settled."""

    type: ClassVar[str] = "survey.answered"
    score: int
    scale: int
    revision: int
    replaces: int | None = None
    staff_id: str | None = None
    reason: str


class SurveyAttemptIgnored(_AboutCase):
    """Somebody else pressed Send after the customer had; nothing changed."""

    type: ClassVar[str] = "survey.attempt_ignored"


class SurveyExpired(_AboutCase):
    type: ClassVar[str] = "survey.expired"


class SurveyRecoveryPromised(_AboutCase):
    """The score was low, and somebody is promised to the customer."""

    type: ClassVar[str] = "survey.recovery_promised"
    callback_id: str
