"""`make run`, seen from outside: it starts, keeps its state, moves its clock, and stops."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from tests.quiet_logs import leaks_in

ROOT = Path(__file__).resolve().parents[2]


class Stack:
    """A stack in a process of its own, on a state folder of its own."""

    def __init__(self, process: "subprocess.Popen[str]", running: dict[str, Any]) -> None:
        self.process = process
        self.running = running

    def call(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.running["url"] + path, data)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def aws(self, service: str) -> Any:
        env = self.running["environment"]
        return boto3.session.Session().client(
            service,
            endpoint_url=env["AWS_ENDPOINT_URL"],
            aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
            region_name=env["AWS_REGION"],
        )


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    environment = {**os.environ, "PORT": "0", "AFTERCARE_LOCAL": str(folder)}
    environment.pop("AFTERCARE_PUBLIC_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 120
        announced = folder / "running.json"
        while not announced.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(process.communicate()[0])
            time.sleep(0.1)
        yield Stack(process, json.loads(announced.read_text()))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert leaks_in(folder / "service.log") == []


def is_answering(url: str) -> bool:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def test_it_keeps_its_state_over_an_interrupt_and_over_being_killed(tmp_path: Path) -> None:
    with stack(tmp_path) as first:
        assert _leads_to(first.running["url"]) == "/desk"
        _clock_goes_forward_only(first)
        _mailbox_shows_what_was_sent(first)
        _keep(first, "before the interrupt")
        _, left_at = first.call("/_local/clock")

    assert first.process.returncode == 0
    assert not is_answering(first.running["emulator"])
    assert not (tmp_path / "running.json").exists()

    with stack(tmp_path) as second:
        _, found_at = second.call("/_local/clock")
        assert _is_kept(second, "before the interrupt")
        assert datetime.fromisoformat(found_at["now"]) >= datetime.fromisoformat(left_at["now"])

        _keep(second, "before the kill")
        second.process.kill()
        second.process.wait()
        saved = tmp_path / "aws" / "dynamodb.json"
        deadline = time.monotonic() + 20
        while '"before the kill"' not in saved.read_text() and time.monotonic() < deadline:
            time.sleep(0.2)

    assert '"before the kill"' in saved.read_text()
    assert not is_answering(second.running["emulator"])


def _leads_to(url: str) -> str | None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("GET", "/")
    leads_to = connection.getresponse().getheader("Location")
    connection.close()
    return leads_to


def _clock_goes_forward_only(running: Stack) -> None:
    _, before = running.call("/_local/clock")
    then = datetime.fromisoformat(before["now"]) + timedelta(days=3)
    moved, after = running.call("/_local/clock", {"to": then.isoformat()})
    back, refusal = running.call("/_local/clock", {"to": before["now"]})
    _, later = running.call("/_local/clock", {"forward_minutes": 600})

    assert moved == 200
    assert datetime.fromisoformat(after["now"]) >= then
    assert (back, refusal["detail"]) == (400, "ValueError: the clock goes forward only")
    assert datetime.fromisoformat(later["now"]) >= then + timedelta(minutes=600)


def _mailbox_shows_what_was_sent(running: Stack) -> None:
    running.aws("sesv2").send_email(
        FromEmailAddress="help@aftercare.example",
        Destination={"ToAddresses": ["jana@example.org"]},
        Content={
            "Simple": {
                "Subject": {"Data": "Ihr Paket <b>"},
                "Body": {"Text": {"Data": "See https://x.example/?a=1&b=2"}},
            }
        },
    )
    running.aws("sns").publish(PhoneNumber="+4915112345678", Message="17:00")
    time.sleep(1)
    _, mailbox = running.call("/mailbox.json?to=jana")
    _, everything = running.call("/mailbox.json")
    with urllib.request.urlopen(running.running["url"] + "/mailbox") as page:
        html = page.read().decode()

    assert [sent["subject"] for sent in mailbox["messages"]] == ["Ihr Paket <b>"]
    assert "+4915112345678" in {to for sent in everything["messages"] for to in sent["to"]}
    assert "Ihr Paket &lt;b&gt;" in html
    assert '<a href="https://x.example/?a=1&amp;b=2">' in html


def _keep(running: Stack, what: str) -> None:
    running.aws("dynamodb").put_item(
        TableName=running.running["environment"]["AFTERCARE_RECEIPTS_TABLE"],
        Item={"id": {"S": what}},
    )


def _is_kept(running: Stack, what: str) -> bool:
    table = running.running["environment"]["AFTERCARE_RECEIPTS_TABLE"]
    return "Item" in running.aws("dynamodb").get_item(TableName=table, Key={"id": {"S": what}})
