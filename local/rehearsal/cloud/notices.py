"""SNS to a function: tried three times, then handed to the function's place for failures.

ministack calls the function once, with less than it would be told, and forgets what it answers.
"""

import json
from typing import Any

from ministack.services import lambda_svc, sns

from local.topics import as_lambda_sees


def install() -> None:
    """Deliver every notification as Lambda takes asynchronous events."""
    sns._deliver_to_lambda = _deliver


def _deliver(
    endpoint: str,
    envelope: str,
    _topic: str,
    _subscription: str,
    _message_id: str,
    _message: str,
    _attributes: dict[str, Any],
) -> None:
    function, config, _name = lambda_svc._get_func_record_for_ref(endpoint)
    if not function or not config:
        return
    lambda_svc.invoke_async_with_retry(
        lambda_svc._execution_record_for_config(function, config),
        as_lambda_sees(json.loads(envelope)),
    )
