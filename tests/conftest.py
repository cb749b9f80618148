"""Every test's environment, set before anything of ours is imported, and the moto fixture."""

import gc
import os

if os.environ.get("AWS_CONTRACT") != "1":
    # Nothing but a contract run may reach a real account.
    os.environ.pop("AWS_PROFILE", None)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    )
os.environ.update(
    {
        # Account endpoints have host names that no emulator answers to.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AFTERCARE_STAGE": "test",
        "AFTERCARE_MAIL_DOMAIN": "aftercare.example",
        "AFTERCARE_PUBLIC_URL": "https://desk.example",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }
)

from collections.abc import Iterator

import pytest
from hypothesis import settings
from moto import mock_aws

from tests.quick_moto import make_quick
from tests.stage import built, forget_process_state

make_quick()

# A busy machine is slow and not wrong.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

pytest_plugins = ["tests.ministack", "tests.quiet_logs", "tests.acting"]


def pytest_collection_finish() -> None:
    """What was imported stays; to look through it for garbage again and again takes a tenth of the
    whole time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Fresh tables, topics and bucket on moto, for tests in one thread; gives their names as
    the environment that settings read. Contract matters need `ministack`."""
    from chalicelib.services import keys
    from chalicelib.services.house import house

    with mock_aws():
        forget_process_state()
        environment = built()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        keys.ensure(house())
        yield environment
    forget_process_state()
