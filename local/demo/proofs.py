"""The sums at the end, each from what the service and the shop say, read back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from local.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Proof:
    """One sum, and whether it holds. `sums` are the figures of its sentence."""

    name: str
    sums: dict[str, str | int]
    holds: bool


@dataclass(frozen=True, slots=True)
class Mails:
    """What was to be said to people, and what became of it, over some days."""

    due: int
    sent: int
    dropped: int

    def since(self, before: "Mails") -> "Mails":
        return Mails(self.due - before.due, self.sent - before.sent, self.dropped - before.dropped)


def mails(figures: Iterable[dict[str, Any]]) -> Mails:
    """From the figures of each day."""
    counted = [one["events"] for one in figures]
    due, sent, dropped, failed = (
        sum(day.get(f"message.{name}", 0) for day in counted)
        for name in ("queued", "sent", "dropped", "failed")
    )
    return Mails(due, sent, dropped + failed)


def all_proofs(stage: Stage, before: Mails) -> list[Callable[[], Proof]]:
    """Every proof of the story, to be called. `before`: the mails of its first day when it
    began."""
    return [
        lambda: webhooks(stage),
        lambda: mails_sent(stage, before),
        lambda: promises(stage),
        lambda: refunds(stage),
        lambda: recounted(stage),
        lambda: agenda(stage),
    ]


def webhooks(stage: Stage) -> Proof:
    came = stage.shop.outcomes
    applied, repeated, all_of_them = came["applied"], came["repeated"], came.total()
    return Proof(
        "webhooks",
        {"deliveries": all_of_them, "applied": applied, "repeats": repeated},
        applied + repeated == all_of_them and applied == stage.shop.different,
    )


def mails_sent(stage: Stage, before: Mails) -> Proof:
    total = mails(one["figures"] for one in stage.story.recounts).since(before)
    return Proof(
        "mails",
        {"due": total.due, "sent": total.sent, "dropped": total.dropped},
        0 < total.due == total.sent + total.dropped,
    )


def promises(stage: Stage) -> Proof:
    """What was promised to the story's people: kept in time, or still running."""
    states = [state for found in _promises(stage) for state in found]
    kept, running = states.count("kept"), states.count("running")
    return Proof(
        "promises",
        {"made": len(states), "kept": kept, "running": running},
        0 < len(states) == kept + running,
    )


def refunds(stage: Stage) -> Proof:
    """The same amount here and in the shop's own books, in minor units."""
    case = stage.story.returns["anna"]
    settled = int(case["refund"]["amount"])
    executed = stage.as_li("GET", f"/returns/{case['id']}")["order"]["refunded"]["amount"]
    in_shop = stage.shop.given_back(stage.story.sales["anna"])
    amounts = {"settled": settled, "recorded": executed, "in_shop": in_shop}
    written = {name: f"{amount // 100}.{amount % 100:02d}" for name, amount in amounts.items()}
    return Proof("refunds", {**written}, len(set(amounts.values())) == 1)


def recounted(stage: Stage) -> Proof:
    days = [bool(one["equal"]) for one in stage.story.recounts]
    return Proof("figures", {"equal": sum(days), "days": len(days)}, bool(days) and all(days))


def agenda(stage: Stage) -> Proof:
    dead = stage.as_mei("GET", "/agenda/dead")["items"]
    return Proof("agenda", {"dead": len(dead)}, not dead)


def _promises(stage: Stage) -> Iterable[list[str]]:
    """By case and call, how each of its promises stands: kept, running, late or withdrawn."""
    story = stage.story
    for ticket in (story.ticket, story.other_ticket):
        found = stage.as_mei("GET", f"/tickets/{ticket['id']}")["ticket"]["promises"]
        yield [_state(one) for one in found]
    for case in story.returns.values():
        found = stage.as_li("GET", f"/returns/{case['id']}")["case"]["promises"]
        yield [_state(one) for one in found]
    for call in story.calls:
        state = stage.as_mei("GET", f"/callbacks/{call}")["state"]
        yield ["kept" if state == "kept" else "late"]


def _state(promise: dict[str, Any]) -> str:
    if promise["was_late"]:
        return "late"
    return "running" if promise["state"] in ("open", "paused") else promise["state"]
