"""The results as a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.lifecycles import Price
from bench.operations import DrainedIn, Figures
from bench.starts import Start
from bench.walk import LEFT_OUT
from local.state import ROOT

PAGE = ROOT / "docs" / "costs.md"

_HEAD = """# What it costs

Written by `make bench`, not by hand. List prices of us-east-1 on demand, without free tiers, are in
`bench/prices.py`. Write units are as the emulator measures them; read units are computed, half a
unit for each 4 KB, a whole one where the read is strongly consistent. A function is billed the
processor time that its work takes at the pace of `bench/yardstick.py`, longer as its share of a
processor is smaller, and a usual wait for each call to AWS. Reading streams costs nothing to a
function; starts from cold are left out.

{sizes}
"""
_SIZES = """Every door is asked with {walked} records, and what is asked most often with {steady}: a
page of the queue, a ticket, a reply, a repeated webhook, a minute of the clock. What another door
costs with more records than that is not measured. Lives, single requests and the clock's month are
measured before anything else is stored."""


@dataclass(slots=True)
class Results:
    """Everything that was measured."""

    lives: dict[str, Price] = field(default_factory=dict[str, Price])
    operations: list[tuple[str, Figures]] = field(default_factory=list[tuple[str, Figures]])
    idle_month: float = 0
    """Dollars."""
    doors: dict[int, dict[str, Figures]] = field(default_factory=dict[int, dict[str, Figures]])
    """By how many records were stored."""
    steady: dict[int, dict[str, Figures]] = field(default_factory=dict[int, dict[str, Figures]])
    drained: list[DrainedIn] = field(default_factory=list[DrainedIn])
    intake: float = 0
    starts: dict[str, Start] = field(default_factory=dict[str, Start])
    broken: list[str] = field(default_factory=list[str])
    """Promises that are not kept."""


def write(results: Results) -> None:
    PAGE.write_text(page(results))


def page(results: Results) -> str:
    """The whole page, in Markdown."""
    sizes = _SIZES.format(walked=_listed(results.doors), steady=_listed(results.steady))
    return "\n".join([_HEAD.format(sizes=sizes), *_parts(results)])


def _parts(results: Results) -> Iterable[str]:
    yield "## Whole lives\n"
    yield "Dollars for a thousand. Mails are SES and hearing what became of them.\n"
    yield from _table(
        ["life", "all but the next two", "staff look", "mails", "WRU of tables", "of indexes",
         "RRU", "calls", "runs", "mails each"],
        ([name, *_price(one)] for name, one in results.lives.items()),
    )  # fmt: skip
    for name, one in results.lives.items():
        yield f"\n### {name[0].upper()}{name[1:]}\n"
        rows = [[part, f"{value:.4f}"] for part, value in one.by_step.items() if value]
        bills = ("dynamodb", "gateway", "functions", "logs", "topics", "objects")
        rows += [[f"of all that, {part}", f"{getattr(one.work, part):.4f}"] for part in bills]
        yield from _table(["part", "$ a thousand"], rows)
    yield "\n## Single requests\n"
    yield from _table(_COLUMNS, ([name, *_figures(one)] for name, one in results.operations))
    yield from _doors(results.doors)
    yield "\n## Whatever is stored\n"
    yield from _table(
        ["", "records", *_COLUMNS[1:]],
        (
            [name, f"{size:,}", *_figures(one)]
            for size, found in results.steady.items()
            for name, one in found.items()
        ),
    )
    yield "\n## While nobody writes\n"
    yield f"- the clock's minutes of a month: {results.idle_month:.2f} dollars"
    yield "\n## Speed on this machine\n"
    for one in results.drained:
        yield f"- {one.done:,} of {one.due:,} due entries done by one worker in {one.seconds:.0f} s"
    yield f"- {results.intake:.0f} webhooks of new orders a second taken in by one process"
    for name, begun in results.starts.items():
        yield f"- {name}: {begun.seconds:.2f} s of processor time, {begun.megabytes:.0f} MB"
    yield ""


def _doors(found: dict[int, dict[str, Figures]]) -> Iterable[str]:
    yield "\n## Every door\n"
    yield "Lists are asked for one item, pages for what they show.\n"
    yield from _table(
        ["door", "records", "calls", "items", "WRU", "RRU", "$ a million"],
        (
            [
                f"`{door}`",
                f"{size:,}",
                *_figures(then[door])[:4],
                f"{then[door].dollars * 1000:.1f}",
            ]
            for door in sorted(next(iter(found.values())))
            for size, then in found.items()
        ),
    )
    yield "\nWithout a row:\n"
    for door, why in LEFT_OUT.items():
        yield f"- `{door}`: {why}"


_COLUMNS = ["request", "calls", "items", "WRU", "RRU", "own ms", "$ a thousand"]


def _listed(sizes: Iterable[int]) -> str:
    *others, last = (f"{size:,}" for size in sizes)
    return f"{', '.join(others)} and {last}" if others else last


def _price(one: Price) -> list[str]:
    counts = [f"{value:.1f}" for value in one.counts.values()]
    return [f"{one.work.total:.4f}", f"{one.reads:.4f}", f"{one.mails:.4f}", *counts]


def _figures(one: Figures) -> list[str]:
    return [
        str(one.calls),
        str(one.items),
        f"{one.write_units:.0f}",
        f"{one.read_units:.1f}",
        f"{one.own_ms:.1f}",
        f"{one.dollars:.4f}",
    ]


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
