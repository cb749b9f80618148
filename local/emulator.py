"""AWS on loopback: ministack as a child process that never outlives its parent."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from local.notices import KEY_VARIABLE, fresh_signer, kept_signer, sign_everything

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
"""Whose addresses the emulator believes: it checks what was signed for a browser."""
START_SECONDS = 60
STOP_SECONDS = 30


def free_port() -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def aws_environment(endpoint: str) -> dict[str, str]:
    """What a process needs in its environment to talk to the emulator and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        # Account endpoints have host names that no emulator answers to.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


class Emulator:
    """A running emulator. With a state folder, what it holds survives a clean stop.

    `program` is the module that runs, and calls `serve`. `settings` go into its environment; with
    `USE_SSL` among them it answers over TLS, with a certificate that `AWS_CA_BUNDLE` vouches for.
    """

    def __init__(
        self,
        log: Path,
        state: Path | None = None,
        *,
        program: str = "local.emulator",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        scheme = "https" if "USE_SSL" in settings else "http"
        self.endpoint = f"{scheme}://127.0.0.1:{free_port()}"
        self._signer = kept_signer(state / "notices.pem") if state else fresh_signer()
        self._log = log
        self._state = state
        self._program = program
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def notice_certificate(self) -> str:
        """PEM: whose signature its SNS notifications bear."""
        return self._signer.certificate

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError naming its log if it does not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._program],
                cwd=Path(__file__).resolve().parent.parent,
                env={**os.environ, **self._environment()},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal reaches us alone, and we stop it when our work is saved.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"The AWS emulator did not start; see {self._log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Let it save its state and end."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        try:
            vouching = self._settings.get("AWS_CA_BUNDLE")
            trust = ssl.create_default_context(cafile=vouching) if vouching else None
            health = f"{self.endpoint}/_ministack/health"
            with urllib.request.urlopen(health, timeout=2, context=trust):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        environment = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": self.endpoint.rpartition(":")[2],
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
            KEY_VARIABLE: self._signer.key,
            **CREDENTIALS,
            # Listeners and helpers of services that are not used here.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            **self._settings,
        }
        if self._state is not None:
            environment |= {
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self._state),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self._state / "s3"),
            }
        return environment


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def serve(end: Callable[[], None] = _terminate) -> None:
    """Be the emulator, until the parent closes our standard input or ends. `end` ends it."""
    from ministack.app import main

    def end_with_parent() -> None:
        # The pipe closes when the parent closes it, and also when the parent dies in any other way.
        sys.stdin.buffer.read()
        end()

    threading.Thread(target=end_with_parent, daemon=True).start()
    sign_everything(os.environ.pop(KEY_VARIABLE))
    main()


if __name__ == "__main__":
    serve()
