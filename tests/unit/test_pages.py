"""Pages: nothing inline, nothing from elsewhere, every link under the public prefix."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from chalicelib import pages
from chalicelib.domain.shops import Shop
from chalicelib.pages import asset, page, static_url
from chalicelib.pages.assets import Asset
from chalicelib.settings import settings

TEMPLATES = Path(pages.__file__).parent / "templates"
SHOP = Shop(
    shop="acme", id="acme", name="Qinghe <Home>", languages=("en", "zh-CN"), support_phone="+49 30"
)
TROUBLE = {
    "title": "Gone",
    "sentence": "Nothing is lost.",
    "request_id": "req_1",
    "is_ours": False,
    "is_at_desk": False,
    "advice": "link",
    "again": "",
}


@pytest.fixture
def under_a_prefix(monkeypatch):
    monkeypatch.setenv("AFTERCARE_PUBLIC_URL", "https://desk.example/after/care")
    settings.cache_clear()
    yield
    settings.cache_clear()


def served(link: str) -> Asset:
    found = asset(link.rsplit("/", 1)[1])
    assert found is not None
    return found


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: p.name)
def test_no_template_has_what_the_content_security_policy_forbids(path):
    markup = path.read_text("utf-8")

    assert not re.search(
        r"<script(?! (defer|type=\"module\") src=)|<style|\sstyle=|\son[a-z]+=|javascript:", markup
    )
    assert not re.search(r"(src|href|action)=\"(https?:)?//", markup)


@pytest.mark.usefixtures("under_a_prefix")
def test_every_link_is_under_the_public_prefix():
    shown = page(
        "trouble.html", "zh-CN", shop=SHOP, here="/contact/acme?order=7&lang=de", **TROUBLE
    )

    links = re.findall(r'(?:href|src|action)="([^"]+)"', shown)
    assert links
    assert all(link.startswith(("/after/care/", "tel:")) for link in links)
    assert "/after/care/contact/acme?order=7&amp;lang=en" in links


def test_a_page_says_what_it_was_given_as_text_and_in_its_language():
    shown = page("trouble.html", "zh-CN", shop=SHOP, number="T-1", **(TROUBLE | {"title": "<b>"}))

    assert '<html lang="zh-CN"' in shown
    assert "<h1>&lt;b&gt;</h1>" in shown
    assert "Qinghe &lt;Home&gt;" in shown
    assert "+49 30" in shown
    assert "T-1" in shown


def test_a_page_without_a_shop_still_stands():
    assert "Aftercare" in page("trouble.html", "en", **TROUBLE)


def test_a_hole_in_a_page_is_an_error():
    with pytest.raises(UndefinedError):
        page("trouble.html", "en", title="Gone")


def test_a_static_file_is_named_by_its_content_and_by_nothing_else():
    sheet = served(static_url("slip.css"))

    assert sheet.content_type == "text/css; charset=utf-8"
    assert b"Pico CSS" in sheet.content
    for name in re.findall(r'url\("([^"]+\.woff2)"\)', sheet.content.decode()):
        assert served(f"/static/{name}").content_type == "font/woff2"
    for wrong in ("slip.css", "slip.000000000000.css", "../__init__.py", "OFL.txt"):
        assert asset(wrong) is None


def test_a_script_finds_those_it_imports_by_the_names_they_are_served_under():
    script = served(static_url("desk.js"))

    assert script.content_type == "text/javascript; charset=utf-8"
    imported = re.findall(r'from "\./([^"]+)"', script.content.decode())
    assert imported
    assert all(served(f"/static/{name}").content for name in imported)


def test_the_library_is_the_one_we_noted():
    notes = (TEMPLATES.parent / "static" / "README.md").read_text("utf-8")

    for name, digest in re.findall(r"\| `([^`]+)` \|.*`([0-9a-f]{64})` \|", notes):
        content = (TEMPLATES.parent / "static" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


def test_a_shoppers_page_is_small():
    shown = page("trouble.html", "en", shop=SHOP, **TROUBLE).encode()

    assert len(gzip.compress(shown + served(static_url("slip.css")).content)) <= 20_000
