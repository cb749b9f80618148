"""The routes that only the local stack has: the clock, the mailbox, and from `/` to the desk."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from local.clock import VirtualClock
from local.machinery import Machinery
from local.outbox import Outbox, Sent
from local.server import Answer, Asked, LocalRoute

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'"
_LINKS_LEAD_OUT = f"{_POLICY}; sandbox allow-popups allow-top-navigation-by-user-activation"


def routes(
    clock: VirtualClock, machinery: Machinery, outbox: Outbox, refresh: Callable[[], object]
) -> dict[tuple[str, str], LocalRoute]:
    """By method and path; `/mailbox` answers for every path below it as well."""
    page = _template()

    def read_clock(_: Asked) -> Answer:
        return _json(200, now=clock.now().isoformat(), ahead_seconds=clock.ahead.total_seconds())

    def move_clock(asked: Asked) -> Answer:
        """`{"to": "<ISO 8601>"}` or `{"forward_minutes": 90}`; all that comes due on the way
        has run when this answers."""
        try:
            ran = machinery.pass_time(_moment(json.loads(asked.body or b"{}"), clock.now()))
        except (KeyError, TypeError, ValueError) as error:
            return _json(400, detail=f"{type(error).__name__}: {error}")
        return _json(200, now=clock.now().isoformat(), ran=ran)

    def tick(_: Asked) -> Answer:
        return _json(200, now=clock.now().isoformat(), ran=machinery.settle())

    def mailbox(asked: Asked) -> Answer:
        refresh()
        to = asked.query.get("to", [""])[0]
        sent = outbox.newest_first(to)
        if asked.path == "/mailbox.json":
            return _json(200, messages=[one.model_dump(mode="json") for one in sent])
        one = outbox.find(asked.path.removeprefix("/mailbox/"))
        if one is not None and one.html:
            return _html(one.html, _LINKS_LEAD_OUT)
        return _html(page.render(sent=sent, to=to, now=clock.now(), links=_links), _POLICY)

    def entry(_: Asked) -> Answer:
        return Answer("", 303, headers={"Location": "/desk"})

    return {
        ("GET", "/"): entry,
        ("GET", "/_local/clock"): read_clock,
        ("POST", "/_local/clock"): move_clock,
        ("POST", "/_local/tick"): tick,
        ("GET", "/mailbox"): mailbox,
        ("GET", "/mailbox.json"): mailbox,
    }


def _moment(body: dict[str, Any], now: datetime) -> datetime:
    if "to" in body:
        moment = datetime.fromisoformat(body["to"])
        if moment.tzinfo is None:
            raise ValueError("a time without a zone says nothing")
        return moment
    return now + timedelta(minutes=float(body["forward_minutes"]))


def _json(status: int, **content: Any) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False), status)


def _html(content: str, policy: str) -> Answer:
    return Answer(content, 200, "text/html; charset=utf-8", {"Content-Security-Policy": policy})


def _links(sent: Sent) -> Markup:
    """A message's text with its addresses to press."""
    words: list[Markup] = []
    for line in sent.text.splitlines():
        for word in line.split(" "):
            safe = escape(word)
            is_link = word.startswith(("http://", "https://"))
            words.append(Markup('<a href="{0}">{0}</a>').format(safe) if is_link else safe)
            words.append(Markup(" "))
        words.append(Markup("\n"))
    return Markup("").join(words)


def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("mailbox.html")
