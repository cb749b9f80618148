"""The stage that tests run in, and starting over in the same process."""

import os

from local.notices import fresh_signer

SNS = fresh_signer()
"""Whose notifications the stage on moto believes."""

PARAMETERS = {
    "Stage": "test",
    "MailDomain": "aftercare.example",
    "PublicUrl": "https://desk.example",
    "NoticeCertificate": SNS.certificate,
}

_clients_of: list[str | None] = []


def forget_process_state() -> None:
    """Drop what one process keeps over requests: settings, the house and its caches, and
    clients of another endpoint than the environment names now."""
    from chalicelib.services.house import house
    from chalicelib.settings import settings
    from chalicelib.store.clients import client

    settings.cache_clear()
    house.cache_clear()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if _clients_of != [endpoint]:
        client.cache_clear()
        _clients_of[:] = [endpoint]
