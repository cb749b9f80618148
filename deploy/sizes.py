"""How much a stage takes at once: three sizes, and what each gives whom."""

from typing import Any

from deploy.functions import API, Template

SIZES = ("small", "medium", "large")
"""small: a new account, with ten concurrent executions in all, of which none can be reserved.
medium: the usual quota of a thousand, of which a hundred must stay unreserved.
large: a quota of five thousand."""

LIMITS = {
    "Webhooks": ((10, 5), (200, 100), (2000, 1000)),
    "Doors": ((3, 3), (20, 15), (100, 100)),
    "Probes": ((1, 1), (2, 2), (10, 10)),
    "Static": ((20, 5), (200, 100), (1000, 500)),
    "Staff": ((20, 10), (500, 200), (2000, 1000)),
}
"""Requests to one method, by size: how many a second, and how many at the same moment. API
Gateway answers 429 beyond."""

CONCURRENCY = {
    API: (400, 3000),
    "Tick": (1, 1),
    "SendDue": (1, 1),
    "RunNow": (50, 200),
    "SendNow": (20, 100),
    "Publish": (20, 100),
    "MailEvent": (50, 200),
    "InboundMail": (20, 50),
    "Photos": (5, 20),
}
"""Concurrent executions that a function has for itself, and has no more of: medium and large."""

_RESERVES = "ReservesConcurrency"


def let_choose(template: Template) -> None:
    """Let the operator choose a size."""
    template["Parameters"]["Size"] = {
        "Type": "String",
        "AllowedValues": list(SIZES),
        "Default": "medium",
        "Description": "For how many concurrent executions: small 10, medium 1,000, large 5,000.",
    }
    template["Mappings"] = {"Sizes": {size: _figures(place) for place, size in enumerate(SIZES)}}
    template["Conditions"][_RESERVES] = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, "small"]}]}


def limits(kind: str) -> dict[str, Any]:
    """The rate and the burst of a kind of route."""
    return {
        "ThrottlingRateLimit": _chosen(f"{kind}Rate"),
        "ThrottlingBurstLimit": _chosen(f"{kind}Burst"),
    }


def concurrency(function: str) -> dict[str, Any]:
    """What is reserved for a function, where an account can reserve at all."""
    reserved = {"Fn::If": [_RESERVES, _chosen(function), {"Ref": "AWS::NoValue"}]}
    return {"ReservedConcurrentExecutions": reserved}


def _chosen(figure: str) -> dict[str, Any]:
    return {"Fn::FindInMap": ["Sizes", {"Ref": "Size"}, figure]}


def _figures(place: int) -> dict[str, int]:
    figures: dict[str, int] = {}
    for kind, by_size in LIMITS.items():
        figures[f"{kind}Rate"], figures[f"{kind}Burst"] = by_size[place]
    for function, by_size in CONCURRENCY.items():
        # Never looked up for the smallest, but a map has the same keys everywhere.
        figures[function] = by_size[max(place - 1, 0)]
    return figures
