"""What a policy must allow: for a mail, the identity it is from and its configuration set; for a
batch of notifications, what one of them needs.

ministack asks for every identity at once, which a careful policy does not allow, and for a right to
publish batches, which IAM does not know.
"""

import json
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region

from local.rehearsal.cloud.mail import SEND

KNOWN_AS = {"sns:PublishBatch": "sns:Publish"}


def install() -> None:
    """Ask from now on what AWS asks."""
    iam_evaluator.enforce = _by_its_name(iam_evaluator.enforce)
    app._enforce_ses_v2 = _of_mails(app._enforce_ses_v2)


def _by_its_name(decide: Callable[..., Any]) -> Callable[..., Any]:
    def ask(key: str, action: str, service: str, region: str, **about: Any) -> Any:
        return decide(key, KNOWN_AS.get(action, action), service, region, **about)

    return ask


def _of_mails(otherwise: Callable[..., Any]) -> Callable[..., Any]:
    def ask(method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str) -> Any:
        if (method, path.rstrip("/")) != SEND:
            return otherwise(method, path, headers, body, query, request_id)
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

    return ask


def _used(asked: dict[str, Any], address: str) -> list[str]:
    used = [f"identity/{address.rpartition('@')[2]}"]
    if asked.get("ConfigurationSetName"):
        used.append(f"configuration-set/{asked['ConfigurationSetName']}")
    return [f"arn:aws:ses:{get_region()}:{get_account_id()}:{one}" for one in used]
