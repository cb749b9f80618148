"""What a fresh process costs: importing, and the package's first answer; time and memory."""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deploy.packing import package

HELLO = "import json; json.dumps({'statusCode': 200})"
"""A function that does nothing."""
_FIRST_ANSWER = """
import app
event = {
    "httpMethod": "GET", "path": "/health", "headers": {}, "multiValueHeaders": {},
    "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
    "body": None, "isBase64Encoded": False,
    "requestContext": {
        "resourcePath": "/health", "httpMethod": "GET", "path": "/health", "stage": "api",
        "identity": {"sourceIp": "127.0.0.1"}, "requestId": "bench",
    },
}
assert app.app(event, None)["statusCode"] == 200
"""
APP = "import app"
BARE = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"

# What the kernel tells of a process by its usage is no less than its parent had.
_MEMORY = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """Processor seconds and megabytes of a fresh interpreter whose bytecode is compiled."""

    seconds: float
    megabytes: float


def package_answers(times: int) -> Start:
    """The package as it goes to AWS, unpacked for this machine: from nothing to its first answer,
    compiled as it was packed and without anything that is not in it."""
    machine = platform.machine()
    architecture = "arm64" if machine in ("aarch64", "arm64") else "x86_64"
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder, "code")
        made = package("bench", architecture, Path(folder, "package"))
        with zipfile.ZipFile(made.code) as zipped:
            zipped.extractall(code)
        # Chalice's own packages are in it, and no other is looked for: -I and -S leave them out.
        begin = f"import sys; sys.path.insert(0, {str(code)!r})"
        flags = ("-I", "-S")
        return min(
            (_once(f"{begin}\n{_FIRST_ANSWER}", dict(os.environ), *flags) for _ in range(times)),
            key=lambda one: one.seconds,
        )


def start(code: str, times: int) -> Start:
    """The best of several."""
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _once(code, environment)
        return min((_once(code, environment) for _ in range(times)), key=lambda one: one.seconds)


def _once(code: str, environment: dict[str, str], *flags: str) -> Start:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(
        [sys.executable, *flags, "-c", f"{code}\n{_MEMORY}"],
        check=True,
        env=environment,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Start(seconds, int(said.stdout.split()[-1]) / 1024)
