"""The stage that tests run in, and starting over in the same process."""

import copy
import os
from functools import cache
from typing import Any

from moto import backends

from local.notices import fresh_signer

SNS = fresh_signer()
"""Whose notifications the stage on moto believes."""

PARAMETERS = {
    "Stage": "test",
    "MailDomain": "aftercare.example",
    "PublicUrl": "https://desk.example",
    "NoticeCertificate": SNS.certificate,
}

_HELD_BY = ("dynamodb", "kms", "s3", "ses", "sesv2", "sns")
"""The services of moto that the stage's resources are built in."""

_clients_of: list[str | None] = []


def forget_process_state() -> None:
    """Drop what one process keeps over requests: settings, the house and its caches, and
    clients of another endpoint than the environment names now."""
    from chalicelib.services.house import house
    from chalicelib.settings import settings
    from chalicelib.store.clients import client, signer

    settings.cache_clear()
    house.cache_clear()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if _clients_of != [endpoint]:
        client.cache_clear()
        signer.cache_clear()
        _clients_of[:] = [endpoint]


def built() -> dict[str, str]:
    """The stage's resources within moto, as the environment that settings read. Building takes a
    quarter of a second, so it is done once a process and copied for each test."""
    environment, backends_then = _first_built()
    for (service, account, region), (backend_then, state) in backends_then.items():
        backend = backends.get_backend(service)[account][region]
        # What a topic or a table knows of its backend is the living one.
        vars(backend).update(copy.deepcopy(state, {id(backend_then): backend}))
    return environment


@cache
def _first_built() -> tuple[dict[str, str], dict[tuple[str, str, str], tuple[Any, dict[str, Any]]]]:
    """Their environment; by service, account and region the backend, and what it held."""
    from local import resources

    environment = resources.build("aftercare", PARAMETERS)
    states = {
        (service, account, region): (
            backend,
            copy.deepcopy(vars(backend), {id(backend): backend}),
        )
        for service in _HELD_BY
        for account, regions in backends.get_backend(service).items()
        for region, backend in regions.items()
    }
    return environment, states
