"""The story's teller: lines that fit, sentences in every language, sums that can fail."""

import io
import string

import pytest

from local.demo.browser import read
from local.demo.narrator import WIDTH, Narrator, columns, wrapped
from local.demo.proofs import Mails, mails
from local.demo.words import Words, languages, nearest, sentences

LONG = "Mei 回信，并约定周四致电，" * 9 + "and a sentence in English that goes on for quite a while"


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_language_has_the_same_sentences_with_the_same_values() -> None:
    told = {language: sentences(language) for language in languages()}

    assert {"en", "zh"} <= told.keys()
    for language, known in told.items():
        assert known.keys() == told["en"].keys(), language
        for key, sentence in known.items():
            assert fields(sentence) == fields(told["en"][key]), (language, key)


@pytest.mark.parametrize(
    ("wish", "told_in"),
    [("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("en", "en"), ("fr", "en"), ("", "en")],
)
def test_a_wish_for_a_language_is_met_by_the_nearest(wish: str, told_in: str) -> None:
    assert nearest(wish) == told_in


def test_a_line_is_never_wider_than_the_terminal_and_loses_no_word() -> None:
    lines = wrapped("    " + LONG, WIDTH, "    ")

    assert max(columns(line) for line in lines) <= WIDTH
    assert "".join("".join(lines).split()) == "".join(LONG.split())
    assert not any(line.lstrip().startswith(("，", "。")) for line in lines)


def test_a_proof_ends_at_the_margin_and_says_when_it_fails() -> None:
    out = io.StringIO()
    words = Words({"counted": "{n} deliveries", "once": "nothing doubled", "not_so": "NOT SO"})
    narrator = Narrator(words, out, is_slow=False)

    narrator.proof("counted", "once", holds=True, n=46)
    narrator.proof("counted", "once", holds=False, n=46)

    good, bad = out.getvalue().splitlines()
    assert good.startswith("    46 deliveries ...")
    assert good.endswith(" nothing doubled")
    assert bad.endswith(" NOT SO")
    assert len(good) == len(bad) == WIDTH


def test_what_was_to_be_sent_is_summed_over_the_days_since_the_beginning() -> None:
    monday = {"events": {"message.queued": 5, "message.sent": 3, "message.dropped": 1}}
    tuesday = {"events": {"message.queued": 2, "message.sent": 2, "message.failed": 1}}
    before = Mails(due=1, sent=1, dropped=0)

    assert mails([monday, tuesday]).since(before) == Mails(due=6, sent=4, dropped=2)


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    page = read(
        "http://shop.example/s",
        200,
        """<title>Not seen</title><h1>How was <b>it</b>?</h1><form method="post" action="/s/1">
        <input type="hidden" name="nonce" value="n1">
        <label><input type="radio" name="score" value="1">bad</label>
        <label><input type="radio" name="score" value="5" checked>good</label>
        <select name="why"><option value="a">A</option><option value="b" selected>B</option>
        </select>
        <textarea name="comment">
so so</textarea><button name="go" value="later">Later</button><button>Send</button></form>""",
    )

    form = page.form("score", "nonce")
    assert page.heading == "How was it?"
    assert "Not seen" not in page.text
    assert (form.method, form.action) == ("POST", "/s/1")
    assert form.values == [("nonce", "n1"), ("score", "5"), ("why", "b"), ("comment", "so so")]
    with pytest.raises(LookupError):
        page.form("password")
