"""AWS on loopback, as strict as it can be had: TLS, IAM, and the rest of what AWS does.

The modules here run in the emulator's process; each says what the emulator does otherwise than AWS.
The rehearsal itself stays outside. What is not shown is in docs/decisions/0025.
"""

import os
from pathlib import Path

from local.emulator import Emulator
from local.rehearsal.cloud.certificate import issue

MAILS = "mails.jsonl"
"""In the folder: every mail SES took, as `local.outbox` reads them."""


def cloud(folder: Path) -> Emulator:
    """An emulator that keeps all it writes in one folder, and does nothing that a policy does not
    allow. Its own log is `emulator.log` there."""
    certificate, key = issue(folder)
    settings = {
        # Whoever holds these two is the account's root, whom no policy binds.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AUTH": "true",
        # The bucket's policy refuses whoever comes without.
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        # Functions inherit it.
        "AWS_CA_BUNDLE": str(certificate),
        # Where functions are unpacked.
        "TMPDIR": str(folder),
        "AFTERCARE_REHEARSAL": str(folder),
    }
    return Emulator(folder / "emulator.log", program="local.rehearsal.cloud.run", settings=settings)


def trust(folder: Path) -> dict[str, str]:
    """What a process needs in its environment to believe the emulator's certificate."""
    certificate = str(folder / "certificate.pem")
    return {"AWS_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate}


def folder() -> Path:
    """The folder of the emulator that this process is."""
    return Path(os.environ["AFTERCARE_REHEARSAL"])
