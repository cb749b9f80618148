"""What a policy must allow for a mail: the identity it is from, and its configuration set.

ministack asks for every identity at once, which a careful policy does not allow.
"""

import json
from email.utils import parseaddr
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id, get_region

from local.rehearsal.cloud.mail import SEND


def install() -> None:
    """Ask of every mail from now on what SES asks."""
    ask_as_before = app._enforce_ses_v2

    def ask(method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str) -> Any:
        if (method, path.rstrip("/")) != SEND:
            return ask_as_before(method, path, headers, body, query, request_id)
        asked = json.loads(body)
        _, address = parseaddr(asked["FromEmailAddress"])
        for resource in _used(asked, address):
            refused = app._enforce_data_plane(
                "sesv2",
                "ses:SendEmail",
                headers,
                query,
                request_id,
                resource_arn=resource,
                service_context={"ses:FromAddress": address},
            )
            if refused:
                return refused
        return None

    app._enforce_ses_v2 = ask


def _used(asked: dict[str, Any], address: str) -> list[str]:
    used = [f"identity/{address.rpartition('@')[2]}"]
    if asked.get("ConfigurationSetName"):
        used.append(f"configuration-set/{asked['ConfigurationSetName']}")
    return [f"arn:aws:ses:{get_region()}:{get_account_id()}:{one}" for one in used]
