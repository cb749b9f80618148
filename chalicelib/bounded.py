"""What strangers write as mail or multipart, read with an end to the work it can make."""

import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import Any, cast

LONGEST_HEADER = 2_000
"""Characters that are read of one header; RFC 5322 allows lines of 998."""

MOST_PARTS = 100
"""Parts and messages in a mail whose body is read."""

_PART = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)


class _Bounded(EmailPolicy):
    # The parsers of structured headers need the square of what they read, or worse.

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        try:
            return super().header_fetch_parse(name, value[:LONGEST_HEADER])
        except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
            return super().header_fetch_parse(name, "")


BOUNDED = _Bounded(utf8=True)
"""Of a longer header only the beginning is read; one that cannot be parsed is as good as none."""


def mail_of(raw: bytes) -> EmailMessage:
    """A mail. One of more than a hundred parts, which no person writes, has headers alone."""
    is_read = sum(1 for _ in _PART.finditer(raw)) <= MOST_PARTS
    whole = raw if is_read else re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    # The type of a parser does not tell what its factory makes.
    made = BytesParser(EmailMessage, policy=BOUNDED).parsebytes(whole, headersonly=not is_read)
    mail = cast("EmailMessage", made)
    if not is_read:
        del mail["content-type"]
    return mail
