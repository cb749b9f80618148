"""The operator's command line: what cannot be done is one sentence and exit code 1."""

import io
import json
from pathlib import Path

import pytest

from chalicelib import cli
from chalicelib.domain.events import Actor, ActorKind
from chalicelib.domain.staff import Scope
from chalicelib.services import desk as desks
from chalicelib.services import shops, staff
from chalicelib.services.house import house

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADD = ["shop", "add", "acme", "--name", "Acme", "--platform", "standard"]


@pytest.fixture(autouse=True)
def stack(aws: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = tmp_path / "running.json"
    running.write_text(json.dumps({"environment": aws}))
    monkeypatch.setattr(cli, "RUNNING", running)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n" * 3))


def test_a_shop_its_first_admin_and_a_token_from_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(ADD) == 0
    assert "/webhooks/standard/acme" in capsys.readouterr().out
    assert cli.main(["staff", "add", "acme", "--name", "Mei", "--mail", "mei@acme.example"]) == 0
    mei = capsys.readouterr().out.strip()
    assert cli.main(["staff", "token", "acme", mei]) == 0

    token = capsys.readouterr().out.strip()

    assert staff.authenticate(house(), token, Scope.API).staff.id == mei
    assert shops.webhook_secrets(house(), "acme") == (SECRET,)
    desk = desks.desk(house(), "acme", actor=Actor(kind=ActorKind.SYSTEM), correlation="test")
    assert SECRET not in desk.shop.model_dump_json()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["shop", "put", "acme", "/no/such/file.json"], "No such file"),
        (["staff", "add", "nowhere", "--name", "A", "--mail", "a@b.example"], "no such shop"),
        (["staff", "add", "acme", "--name", "A", "--mail", "a\r\nBcc: b@c.de"], "not a mail"),
        (["secret", "add", "nowhere"], "no such shop"),
        (["--stage", "nosuch", "shop", "show", "acme"], "there is no stage nosuch in us-east-1"),
        ([*ADD, "--zone", "Mars/Phobos"], "zone: an IANA time zone, such as Europe/Berlin"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(ADD)
    capsys.readouterr()

    assert cli.main(arguments) == 1

    said = capsys.readouterr().err.strip()
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("days", ["0", "-5", "99999999", "ten"])
def test_no_token_is_given_out_that_never_ends(
    days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["staff", "token", "acme", "stf_1", f"--days={days}"])

    assert "1 to 3650" in capsys.readouterr().err
