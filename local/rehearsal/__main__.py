"""Hold the rehearsal: `python -m local.rehearsal`. Exit code 0 only if everything was so.

Whatever it starts and writes is gone when it ends, also when it is interrupted.
"""

import os
import platform
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from urllib3.exceptions import HTTPError

from deploy import Package, package
from deploy.wheels import Architecture
from local.demo.service import Refused, Service
from local.demo.storefront import Storefront
from local.emulator import Emulator, aws_environment
from local.rehearsal.cloud import cloud, trust
from local.rehearsal.cloud.calls import calls
from local.rehearsal.logs import MOST_LINES, told
from local.rehearsal.operator import Listener, Operator
from local.rehearsal.scenes import SCENES
from local.rehearsal.stack import Stack
from local.rehearsal.stage import DOMAIN, SECRET, Stage
from local.rehearsal.teller import NotSo, Teller

STAGE = "prod"
MAIL_DOMAIN = "care.qinghe.example"

NOT_YET = "https://example.com"
"""The stage's address before API Gateway has given it one."""

ARCHITECTURES: dict[str, Architecture] = {
    "aarch64": "arm64",
    "arm64": "arm64",
    "AMD64": "x86_64",
    "x86_64": "x86_64",
}


INTERRUPTED = 130
"""The exit code shells give it."""


def main() -> int:
    for asked_to_end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked_to_end, signal.default_int_handler)
    say = Teller()
    folder = Path(tempfile.mkdtemp(prefix="aftercare-rehearsal-"))
    try:
        packed = _pack(say, folder)
        with cloud(folder) as emulator:
            return _rehearse(say, folder, packed, emulator)
    except KeyboardInterrupt:
        say.failed("Interrupted: what ran is stopped, what was written is removed.")
        return INTERRUPTED
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(say: Teller, folder: Path) -> Package:
    architecture = ARCHITECTURES[platform.machine()]
    say.scene(f"The package for this machine's processor, {architecture}")
    started = say.seconds()
    packed = package(STAGE, architecture, folder / "package")
    say.tell(
        f"{packed.code_bytes / 1e6:.1f} MB, made in {say.seconds() - started:.0f} s:"
        " but for the processor, what goes to AWS"
    )
    return packed


def _rehearse(say: Teller, folder: Path, packed: Package, emulator: Emulator) -> int:
    os.environ.update(aws_environment(emulator.endpoint) | trust(folder))
    os.environ["AFTERCARE_LOCAL"] = str(folder)
    stack = Stack(STAGE)
    try:
        stage = _deployed(say, folder, stack, packed, emulator)
        for play in SCENES:
            play(stage)
    except (NotSo, Refused, HTTPError, LookupError, RuntimeError, ValueError) as error:
        say.failed(f"It is not so. {type(error).__name__}: {error}")
        say.lines(_clues(stack, folder))
        return 1
    say.scene(f"Everything was so, in {say.seconds():.0f} seconds")
    return 0


def _deployed(
    say: Teller, folder: Path, stack: Stack, packed: Package, emulator: Emulator
) -> Stage:
    say.scene("The stage is deployed with CloudFormation, on loopback")
    parameters = {
        "Stage": STAGE,
        "MailDomain": MAIL_DOMAIN,
        "PublicUrl": NOT_YET,
        "NoticeCertificate": emulator.notice_certificate,
    }
    stack.upload(packed)
    seconds = stack.deploy(parameters)
    say.tell(f"{len(stack.resources)} resources in {seconds:.1f} s")
    api = stack.output("RestAPIId")
    url = f"{emulator.endpoint}/_aws/execute-api/{api}/{STAGE}"
    seconds = stack.deploy({**parameters, "PublicUrl": url})
    say.tell(f"deployed again in {seconds:.1f} s, with the address API Gateway gave it")
    service = Service(url, lambda _: None)
    return Stage(
        say=say,
        stack=stack,
        operator=Operator(STAGE),
        service=service,
        shop=Storefront(service, DOMAIN, SECRET),
        events=Listener(stack.resources["EventsTopic"]),
        alerts=Listener(stack.resources["AlertsTopic"]),
        folder=folder,
        mail_domain=MAIL_DOMAIN,
    )


def _clues(stack: Stack, folder: Path) -> Iterator[str]:
    """What the functions said, what was refused them, and what the emulator said."""
    yield from told(stack)
    yield "--- Refused by IAM:"
    refused = Counter(call for call in calls(folder) if not call.is_allowed)
    yield from (
        f"{call.role}: {call.action} on {call.resource}, {times} times"
        for call, times in refused.items()
    )
    yield "--- The emulator:"
    yield from (folder / "emulator.log").read_text().splitlines()[-MOST_LINES:]


if __name__ == "__main__":
    sys.exit(main())
