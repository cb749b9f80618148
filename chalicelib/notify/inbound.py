"""Mail that people write to the shop: out of SES's notification and the mail's own bytes."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from html import escape
from html.parser import HTMLParser
from typing import Any

from chalicelib.bounded import mail_of
from chalicelib.domain.ids import read_number
from chalicelib.domain.messages import ReceivedMail
from chalicelib.domain.shops import LANGUAGE_TAG
from chalicelib.notify.letters import one_line
from chalicelib.notify.reply_to import Addressed, read_address

_NUMBER = re.compile(r"\b[TRCW]-[0-9A-Z]{4}-[0-9A-Z]{3}\b", re.IGNORECASE)

_MACHINES = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|abuse|root)([+.\-].*)?@"
)
_SAYS_NO_MACHINE = {"auto-submitted": {"no"}, "x-auto-response-suppress": {"none"}}
_MARKS = (
    "auto-submitted",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-loop",
    "list-id",
    "list-unsubscribe",
    "feedback-id",
)
_BULK = {"bulk", "list", "junk", "auto_reply"}


_SLOW = {"punycode", "idna"}
"""Charsets of host names, which Python reads in the square of a text's length."""

_LONGEST_HTML = 100_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[.*?(?:\]>|\Z)", re.DOTALL)


def bytes_in(notification: Mapping[str, Any]) -> bytes | None:
    """The mail in a notification of SES's SNS action; None where it lies elsewhere."""
    content = notification.get("content")
    if not isinstance(content, str):
        return None
    action: Mapping[str, Any] = notification["receipt"].get("action") or {}
    if str(action.get("encoding", "")).upper() != "BASE64":
        return content.encode()
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return content.encode()


def place_of(notification: Mapping[str, Any]) -> tuple[str, str] | None:
    """Bucket and key where SES put a mail; None where it is in the notification itself."""
    action: Mapping[str, Any] = notification["receipt"].get("action") or {}
    bucket, key = action.get("bucketName"), action.get("objectKey")
    return (bucket, key) if bucket and key else None


def read_mail(
    notification: Mapping[str, Any], raw: bytes, *, keys: Iterable[str], domain: str
) -> ReceivedMail | None:
    """The mail; None if it was to nobody of ours. Whom it is from is the `From` header alone:
    `Reply-To` may name anybody."""
    receipt: Mapping[str, Any] = notification["receipt"]
    to = _addressed([str(a) for a in receipt.get("recipients") or ()], keys, domain)
    if to is None:
        return None
    mail = mail_of(raw)
    name, sender = _sender(mail)
    subject = one_line(_header(mail, "subject"))
    in_subject = _NUMBER.search(subject)
    number = to.number or (read_number(in_subject[0]) if in_subject else None)
    return ReceivedMail(
        shop=to.shop,
        number=number,
        is_answer=to.number is not None,
        sender=sender,
        sender_name=name,
        is_verified=bool(sender) and _is_verified(receipt),
        is_automatic=_is_automatic(mail, sender),
        is_suspect=not sender or _is_suspect(receipt),
        subject=subject,
        text=_text(mail),
        language=_language(mail),
        message_id=_header(mail, "message-id") or str(notification["mail"]["messageId"]),
        in_reply_to=_header(mail, "in-reply-to"),
        received_at=datetime.fromisoformat(receipt["timestamp"]),
    )


def _addressed(recipients: list[str], keys: Iterable[str], domain: str) -> Addressed | None:
    """A signed address tells more than a plain one."""
    known = list(keys)
    found = [read_address(one, keys=known, domain=domain) for one in recipients]
    ours = [one for one in found if one is not None]
    return max(ours, key=lambda one: one.number is not None, default=None)


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail[name] or "").strip()


def _sender(mail: EmailMessage) -> tuple[str, str]:
    people = getaddresses([_header(mail, "from")])
    if len(people) != 1:
        return "", ""
    name, address = people[0]
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, RecursionError):
        return "", ""
    return one_line(name), address.lower()


def _verdict(receipt: Mapping[str, Any], check: str) -> str:
    verdict: Mapping[str, Any] = receipt.get(f"{check}Verdict") or {}
    return str(verdict.get("status", ""))


def _is_verified(receipt: Mapping[str, Any]) -> bool:
    """DMARC ties the check to the address that is shown. Where the sender's domain has no such
    policy (GRAY), both its signature and its server must be right."""
    dmarc = _verdict(receipt, "dmarc")
    if dmarc == "GRAY":
        return _verdict(receipt, "spf") == "PASS" and _verdict(receipt, "dkim") == "PASS"
    return dmarc == "PASS"


def _is_suspect(receipt: Mapping[str, Any]) -> bool:
    disowned = _verdict(receipt, "dmarc") == "FAIL" and receipt.get("dmarcPolicy") == "reject"
    return disowned or "FAIL" in (_verdict(receipt, "spam"), _verdict(receipt, "virus"))


def _is_automatic(mail: EmailMessage, sender: str) -> bool:
    """RFC 3834, 2 and 5, and the marks that are older than it or never heard of it."""
    for name in _MARKS:
        said = _header(mail, name).lower().split(";")[0].strip()
        if said and said not in _SAYS_NO_MACHINE.get(name, set()):
            return True
    if _header(mail, "precedence").lower() in _BULK or _header(mail, "return-path") == "<>":
        return True
    return mail.get_content_type() == "multipart/report" or bool(_MACHINES.match(sender))


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        content = "" if body.get_content_charset() in _SLOW else body.get_content()
    except (LookupError, KeyError, ValueError):
        # A charset nobody knows: better some wrong letters than no message.
        payload = body.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    text = content if isinstance(content, str) else ""
    if body.get_content_subtype() == "html":
        text = html_to_text(text)
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _language(mail: EmailMessage) -> str | None:
    said = _header(mail, "content-language").split(",")[0].strip()
    return said if re.fullmatch(LANGUAGE_TAG, said) else None


def html_to_text(html: str) -> str:
    """What a person would read of its first hundred thousand characters: without tags, scripts
    and styles, a line for each block."""
    shown, _, unclosed = _COMMENT.sub("", html)[:_LONGEST_HTML].rpartition(">")
    reader = _Reader()
    # A tag that is never closed is text; the parser would look for its end at each of them again.
    reader.feed(f"{shown}>{escape(unclosed)}" if shown else escape(unclosed))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    _UNSEEN = frozenset({"script", "style", "head", "title", "template"})
    _BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "table"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag in self._UNSEEN:
            self._unseen += 1
        if tag in self._BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in self._BLOCKS - {"br"}:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data.replace("\n", " "))
