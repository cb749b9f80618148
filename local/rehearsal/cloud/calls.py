"""Every call that the functions made, and whether their policies allow it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CALLS = "calls.jsonl"


@dataclass(frozen=True, slots=True)
class Call:
    """One question that was put to IAM. A transaction puts one for each of its actions."""

    role: str
    action: str
    resource: str
    is_allowed: bool


def calls(folder: Path) -> list[Call]:
    """What was asked so far by roles; what the account's root does nobody asks."""
    file = folder / CALLS
    lines = file.read_text().splitlines() if file.exists() else []
    return [Call(**json.loads(line)) for line in lines]


def install(folder: Path) -> None:
    """Write down every question from now on."""
    from ministack.core import iam_evaluator
    from ministack.services import sts

    decide: Callable[..., Any] = iam_evaluator.enforce
    file = (folder / CALLS).open("a", buffering=1)

    def note(key: str, action: str, service: str, region: str, **about: Any) -> Any:
        refused = decide(key, action, service, region, **about)
        session: dict[str, str] | None = sts._sessions.get(key)
        if session is not None:
            role = session["Arn"].split("/")[1]
            call = Call(role, action, about.get("resource_arn", "*"), is_allowed=not refused)
            file.write(json.dumps(asdict(call)) + "\n")
        return refused

    iam_evaluator.enforce = note
