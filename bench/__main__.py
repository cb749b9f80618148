"""`make bench`: what it costs and how fast it is, into docs/costs.md; `QUICK=1` measures what must
not break, in a minute or two, and writes nothing."""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.stage import Stage, stage

if TYPE_CHECKING:
    from bench.report import Results
    from bench.shop import BenchShop
    from bench.starts import Start

_STARTED = time.monotonic()

MOST_FOR_A_TICKET = 0.30
"""Dollars a thousand, without mails and what staff look at."""

MOST_WALKED = 10_000
"""With how many records every door is asked; with more what is asked most often. The emulator sorts
a whole list for each page of it: with 100,000 records it takes seconds, which no door waits."""

FEWEST = 1_000
"""Records to begin with: what a list holds is counted up to 500, which costs more until then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    lives: int
    times: int
    sizes: tuple[int, ...]
    due: tuple[int, ...]
    intake_seconds: float
    starts: int
    packs: bool
    """Whether the package is made, which takes a minute."""


QUICK = Plan(
    lives=3,
    times=3,
    sizes=(FEWEST, 3_000),
    due=(0, 100, 500),
    intake_seconds=2,
    starts=1,
    packs=False,
)
FULL = Plan(
    lives=5,
    times=25,
    sizes=(FEWEST, 10_000, 100_000),
    due=(0, 100, 10_000),
    intake_seconds=20,
    starts=9,
    packs=True,
)


def main() -> int:
    """Measure; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less, and write nothing")
    parser.add_argument("--most", type=int, help="leave larger numbers of records out")
    given = parser.parse_args()
    plan = QUICK if given.quick else FULL
    sizes = tuple(size for size in plan.sizes if given.most is None or size <= given.most)
    with stage() as standing:
        # Only now: what is imported here reads the environment.
        from bench.report import page, write

        results = _measured(standing, plan, sizes)
        print(page(results)) if given.quick else write(results)
    print("\n".join(results.broken) or "Every promise is kept.")
    return 1 if results.broken else 0


def _measured(standing: Stage, plan: Plan, sizes: tuple[int, ...]) -> "Results":
    from chalice.test import Client

    import app as application
    from bench import lifecycles, operations, walk
    from bench.report import Results
    from bench.runs import API
    from bench.shop import open_shop
    from chalicelib.web.app import doors

    meter, results = standing.meter, Results()
    kind = type(application.app)
    kind.__call__ = meter.function(API, kind.__call__)
    shop = open_shop(Client(application.app), standing)
    results.idle_month = operations.idle_month(shop)
    for name, live in lifecycles.LIVES.items():
        _say(name)
        live(shop)
        results.lives[name] = lifecycles.price([live(shop) for _ in range(plan.lives)])
    if (dear := results.lives["a ticket"].work.total) > MOST_FOR_A_TICKET:
        results.broken.append(f"A thousand tickets cost {dear:.4f} dollars.")
    _say("single requests")
    for name, most_calls, found in operations.operations(shop, plan.times):
        results.operations.append((name, found))
        if found.calls > most_calls:
            results.broken.append(f"{name}: {found.calls} calls and not {most_calls}")
    _store_more_and_more(shop, sizes, results)
    every = {f"{method} {path}" for method, path, _ in doors(application.app) if method != "HEAD"}
    results.broken += walk.wrong(list(results.doors.values()), every)
    for due in plan.due:
        _say(f"{due:,} due entries")
        done = operations.drained(shop, due)
        results.drained.append(done)
        if done.done < due:
            results.broken.append(f"{done.done:,} of {due:,} due entries done")
    _say("intake and starts")
    results.intake = operations.intake_a_second(shop, plan.intake_seconds)
    results.starts = _starts(plan)
    return results


def _store_more_and_more(shop: "BenchShop", sizes: tuple[int, ...], results: "Results") -> None:
    from bench import operations, walk

    looked_at, replied_to, stored = shop.ticket(), shop.ticket(), 0
    for size in sizes:
        _say(f"{size:,} records")
        operations.store(operations.template_of(looked_at), size - stored)
        stored = size
        results.steady[size] = operations.steady(shop, looked_at, replied_to)
        for name, found in results.steady[size].items():
            if not found.is_like(results.steady[sizes[0]][name]):
                results.broken.append(f"{name} grows at {size:,} records")
        if size <= MOST_WALKED:
            results.doors[size] = walk.walk(shop)


def _starts(plan: Plan) -> "dict[str, Start]":
    from bench import starts

    found = {
        "importing the app": starts.start(starts.APP, plan.starts),
        "a bare DynamoDB client": starts.start(starts.BARE, plan.starts),
    }
    if plan.packs:
        found["a function that says hello"] = starts.start(starts.HELLO, plan.starts)
        found["the package's first answer"] = starts.package_answers(plan.starts)
    return found


def _say(what: str) -> None:
    print(f"{time.monotonic() - _STARTED:6.0f} s  {what}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
