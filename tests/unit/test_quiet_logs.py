"""The watch over the logs sees what it is there for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quiet_logs import Persons, leaks, main

ROOT = Path(__file__).parents[2]
LINE = {
    "level": "INFO",
    "location": "_envelope:114",
    "message": "request",
    "timestamp": "2026-11-25 20:11:46,330+0000",
    "route": "/tickets/{ticket}/replies",
    "request_id": "ca105033f6184bb7a16a3a750fa4ed3e",
    "shop": "acme",
    "ms": 0.1,
}


def line(**more: object) -> str:
    return json.dumps(LINE | more)


def test_an_ordinary_line_tells_of_nobody() -> None:
    assert leaks([line(), line(entry="agd_D9297B41M23C2HJN1MS2THJXR8")], ["Jana", "quest"]) == []


@pytest.mark.parametrize(
    "told",
    [
        "no route to jana.weber+x@example.de",
        "+4915112345678",
        f"act_acme_{'0' * 52}_{'a' * 64}",
        "/c/k1.WyJhY21lIiwidGt0XzEiLDE3OTUwMDQ0MDBd.o0Sgd_o8cXk5Y2pMZ0sYxE-9JmL0tqzP",
        "Bearer x",
        "whsec_AAAA",
        "a" * 64,
    ],
)
def test_what_has_the_shape_of_a_secret_is_seen(told: str) -> None:
    assert leaks([line(why=told)], [])


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("Jana Weber", "no mail for Jana Weber."),
        ("小明", "没有找到小明的邮件"),
        (
            "Wo ist mein Paket? Ich warte seit einer Woche darauf.",
            "Wo ist mein Paket? Ich warte seit einer W",
        ),
        ('{"reason": "other", "text": "x"}', 'bad: {"reason": "other", "text": "x"}'),
    ],
)
def test_what_a_test_told_of_somebody_is_seen(kept: str, told: str) -> None:
    persons = Persons()
    persons.add(kept)

    assert leaks([line(), line(why=told)], persons.words)


def test_the_log_of_a_stack_is_looked_through_by_its_own_people(tmp_path: Path) -> None:
    order = {"order_number": 1001, "customer": {"first_name": "Jana", "last_name": "Krüger"}}
    (tmp_path / "shop-orders.json").write_text(json.dumps([order]))
    log = tmp_path / "service.log"

    log.write_text(f"Aftercare runs at http://127.0.0.1\n{line()}\n")
    main([str(log)])
    log.write_text(line() + "\n" + line(why="Krüger"))
    with pytest.raises(SystemExit, match="Krüger"):
        main([str(log)])
    log.write_text("")
    with pytest.raises(SystemExit, match="no lines"):
        main([str(log)])


PLANTED = """
from chalicelib.logs import log

def test_quiet(): log().info("request", extra={"shop": "acme"})
def test_loud(): log().info("mail.refused", extra={"to": "jana@example.de"})
"""


def test_the_test_that_wrote_the_line_is_named_by_whichever_worker_ran_it(tmp_path: Path) -> None:
    (tmp_path / "test_planted.py").write_text(PLANTED)

    options = "-q -n 2 -p tests.quiet_logs -p no:cacheprovider --rootdir"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1, ran.stdout
    assert "test_loud wrote into the log a mail address" in ran.stdout
    assert "2 passed, 1 error" in ran.stdout
