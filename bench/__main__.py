"""`make bench`: what each operation costs, printed as a table."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.meter import Cost
from local import resources
from local.emulator import Emulator, aws_environment

RUNS = 25
WARM_UP = 5
FEW, MANY = 1_000, int(os.environ.get("BENCH_RECORDS", "100000"))

PARAMETERS = {
    "Stage": "bench",
    "MailDomain": "aftercare.example",
    "PublicUrl": "https://desk.example",
}


def main() -> int:
    """Measure and print; 1 if a promise of the table is not kept."""
    with _stage():
        # Only now: what is imported here reads the environment.
        from bench.operations import flat, open_bench, operations

        shop, meter = open_bench()
        print(f"{RUNS} runs each, warm, on the emulator; list prices of us-east-1 without requests")
        print(_HEAD)
        rows = [
            _row(name, work, trips) for name, trips, work in operations(shop, meter, RUNS + WARM_UP)
        ]
        print()
        rows += [_flat_row(*row) for row in flat(shop, meter, FEW, MANY)]
    print()
    _import_row()
    print(
        "Every operation takes the calls it may, and nothing grows." if all(rows) else "Not kept."
    )
    return 0 if all(rows) else 1


_HEAD = (
    f"{'operation':<34}{'calls':>6}{'items':>7}{'WRU':>6}{'RRU':>6}"
    f"{'handler ms':>12}{'total ms':>10}{'$/1000':>9}"
)


def _row(name: str, work: Iterator[Cost], most_calls: int) -> bool:
    costs = list(work)[WARM_UP:]
    middle = sorted(costs, key=lambda cost: cost.total_ms)[len(costs) // 2]
    handler = statistics.median(cost.handler_ms for cost in costs)
    kept = len(middle.calls) <= most_calls
    slow = "" if handler <= 5 else "   over 5 ms on this machine"
    print(_line(name, middle, handler) + (slow if kept else f"   over {most_calls} calls"))
    return kept


def _flat_row(name: str, few: Cost, many: Cost) -> bool:
    same = (few.calls, few.items, few.write_units, few.read_units) == (
        many.calls,
        many.items,
        many.write_units,
        many.read_units,
    )
    # No processor time here: a tick works in threads, whose waiting cannot be told apart.
    print(_line(f"{name}, {FEW:,} stored", few, None))
    print(_line(f"{name}, {MANY:,} stored", many, None) + ("" if same else "   grows"))
    return same


def _line(name: str, cost: Cost, handler: float | None) -> str:
    busy = "" if handler is None else f"{handler:.1f}"
    return (
        f"{name:<34}{len(cost.calls):>6}{cost.items:>7}{cost.write_units:>6.0f}"
        f"{cost.read_units:>6.1f}{busy:>12}{cost.total_ms:>10.1f}"
        f"{cost.dollars_a_thousand:>9.4f}"
    )


def _import_row() -> None:
    with tempfile.TemporaryDirectory() as bytecode:
        ours = _fresh_process("import app", bytecode)
        bare = _fresh_process(
            "import boto3; boto3.client('dynamodb', region_name='us-east-1')", bytecode
        )
    print(f"importing the app {ours:.2f} s of processor time; a bare DynamoDB client {bare:.2f} s")
    print(f"{ours / bare:.2f} times" + ("" if ours <= 2 * bare else "   over 2 on this machine"))


def _fresh_process(code: str, bytecode: str) -> float:
    """Processor seconds of a fresh interpreter whose bytecode is compiled, the best of several."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        after = os.times()
        return (after.children_user - before.children_user) + (
            after.children_system - before.children_system
        )

    once()
    return min(once() for _ in range(9))


@contextmanager
def _stage() -> Generator[None]:
    """An emulator of our own, its tables, and the environment that names them."""
    with tempfile.TemporaryDirectory() as folder, Emulator(Path(folder) / "log") as emulator:
        os.environ.update(aws_environment(emulator.endpoint))
        os.environ.update({"AFTERCARE_PUBLIC_URL": PARAMETERS["PublicUrl"]})
        os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
        os.environ.update(resources.build("bench", PARAMETERS))
        yield


if __name__ == "__main__":
    sys.exit(main())
