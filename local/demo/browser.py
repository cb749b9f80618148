"""Pages and forms as a person's browser has them: cookies, hidden fields, redirects."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.filepost import encode_multipart_formdata

from local.demo.service import Refused, Service

MOST_REDIRECTS = 5
TYPED = "application/x-www-form-urlencoded"

_SILENT = frozenset({"script", "style", "head", "title"})
_BREAKS = frozenset({"p", "h1", "h2", "h3", "li", "tr", "div", "dt", "dd", "br", "label", "option"})


@dataclass
class Form:
    """One form of a page: where it goes, and what its fields hold as the page came."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    names: set[str] = field(default_factory=set[str])
    choices: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What can be chosen or pressed, by the field's name."""


@dataclass
class Page:
    """A page as it came: its main heading, its visible text, its forms and its links."""

    url: str
    status: int
    heading: str
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, *names: str) -> Form:
        """The form that has all these fields. Raises LookupError."""
        for form in self.forms:
            if set(names) <= form.names:
                return form
        known = [sorted(form.names) for form in self.forms]
        raise LookupError(f"{self.url}: no form with {names}; there are {known}: {self.text[:300]}")


class Browser:
    """One person's browser."""

    def __init__(self, service: Service, language: str = "en") -> None:
        self._service = service
        self._language = language
        self._cookies: dict[str, str] = {}

    def open(self, address: str) -> Page:
        """A page by its address or path. Raises Refused for an error page."""
        return self._go("GET", address, None)

    def send(self, page: Page, form: Form, **fields: str | list[str]) -> Page:
        """Fill in a form and press its button. Raises Refused for an error page."""
        missing = set(fields) - form.names
        if missing:
            raise LookupError(f"{page.url}: no field {sorted(missing)}")
        kept = [(name, value) for name, value in form.values if name not in fields]
        filled = [
            (name, one)
            for name, value in fields.items()
            for one in ([value] if isinstance(value, str) else value)
        ]
        where = urljoin(page.url, form.action)
        body = urlencode([*kept, *filled])
        if form.method == "GET":
            return self._go("GET", f"{where.partition('?')[0]}?{body}", None)
        return self._go("POST", where, body.encode())

    def upload(self, page: Page, form: Form, field: str, name: str, content: bytes) -> Page:
        """Choose a file in a form and press its button, wherever the form goes. Raises Refused for
        an error page."""
        others = [(one, value) for one, value in form.values if one != field]
        body, kind = encode_multipart_formdata([*others, (field, (name, content))])
        return self._go("POST", urljoin(page.url, form.action), body, kind)

    def _go(self, method: str, address: str, body: bytes | None, kind: str = TYPED) -> Page:
        url = urljoin(self._service.url + "/", address)
        answer = self._ask(method, url, body, kind)
        for _ in range(MOST_REDIRECTS):
            if answer.status not in (301, 302, 303, 307):
                break
            url = urljoin(url, answer.headers["Location"])
            answer = self._ask("GET", url, None, "")
        text = answer.data.decode(errors="replace")
        page = read(url, answer.status, text)
        if answer.status >= 400:
            raise Refused(method, urlsplit(url).path, answer.status, page.text)
        return page

    def _ask(self, method: str, url: str, body: bytes | None, kind: str) -> BaseHTTPResponse:
        is_ours = url.startswith(self._service.url)
        headers = self._headers() if is_ours else {}
        if body is not None:
            headers["Content-Type"] = kind
        answer = self._service.send(method, url, headers, body)
        self._keep_cookies(answer.headers.getlist("Set-Cookie"))
        return answer

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "text/html",
            "Accept-Language": self._language,
            "Sec-Fetch-Site": "same-origin",
        }
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        return headers

    def _keep_cookies(self, set_cookies: list[str]) -> None:
        for line in set_cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()


def read(url: str, status: int, html: str) -> Page:
    """What a browser makes of a page's HTML."""
    reader = _Reader()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.text).splitlines()]
    text = "\n".join(line for line in lines if line)
    heading = " ".join("".join(reader.heading).split())
    return Page(url, status, heading, text, reader.forms, reader.links)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.heading: list[str] = []
        self.text: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._silent = 0
        self._is_heading = False
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.text.append("\n")
        self._is_heading = self._is_heading or (tag == "h1" and not self.heading)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        if self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        if tag in _BREAKS:
            self.text.append("\n")
        if tag == "h1":
            self._is_heading = False
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values.append((self._area, data.lstrip("\n")))
        elif not self._silent:
            self.text.append(data)
            if self._is_heading:
                self.heading.append(data)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option" and self._select:
            self._option(form, self._select, given, is_on="selected" in given)
            return
        if not name:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
        elif tag == "button" or given.get("type") in ("radio", "checkbox"):
            self._option(form, name, given, is_on="checked" in given)
        elif tag == "input":
            form.values.append((name, given.get("value", "")))

    def _option(self, form: Form, name: str, given: dict[str, str], *, is_on: bool) -> None:
        value = given.get("value", "on")
        form.choices.setdefault(name, []).append(value)
        if is_on:
            form.values.append((name, value))
