"""The operator's commands after a restore: `restore begin`, `review`, `release`, `drop`, `end`."""

import argparse
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.store.tables import TABLES

DEFINITION = Path(__file__).resolve().parents[1] / ".chalice" / "resources.json"
"""What the deployment is made from; a packaged function has no need of it."""


def add_commands(commands: Any) -> None:
    """`restore begin`, `review`, `release`, `drop` and `end`."""
    restore = commands.add_parser("restore", help="after tables were restored to an earlier time")
    steps = restore.add_subparsers(required=True)
    begin = steps.add_parser("begin", help="make restored tables ready, before they are used")
    for table in TABLES:
        begin.add_argument(f"--{table}", required=True, help="the restored table's name")
    begin.add_argument(
        "--at",
        required=True,
        type=_moment,
        help="the time they were restored to, such as 2026-11-23T08:00:00Z",
    )
    begin.set_defaults(run=_begin)
    review = _add_choice(steps, "review", "what was due before, and is withheld")
    review.add_argument("--list", action="store_true", help="each entry instead of counts")
    review.set_defaults(run=_review)
    release = _add_choice(steps, "release", "let it run, now")
    release.set_defaults(run=_release)
    drop = _add_choice(steps, "drop", "give it up; what waits for it is told so")
    drop.set_defaults(run=_drop)
    end = steps.add_parser("end", help="the review is over; refused while something is withheld")
    end.set_defaults(run=_end)


def definitions() -> dict[str, Any]:
    """The tables as the deployment makes them, by their names here."""
    resources = json.loads(DEFINITION.read_text())["Resources"]
    return {table: resources[f"{table.title()}Table"]["Properties"] for table in TABLES}


def _add_choice(steps: Any, name: str, help_text: str) -> argparse.ArgumentParser:
    step: argparse.ArgumentParser = steps.add_parser(name, help=help_text)
    step.add_argument("--shop")
    step.add_argument("--kind", help="such as message.send")
    step.add_argument("--id", help="of one entry")
    return step


def _begin(given: argparse.Namespace) -> None:
    from chalicelib.services import restoring
    from chalicelib.services.house import house
    from chalicelib.store.tables import Tables

    names = {table: str(getattr(given, table)) for table in TABLES}
    begun = restoring.begin(house(), Tables(**names), definitions(), at=given.at)
    print(f"Erased again: {begun.erased}.")
    until = f"{begun.until:%Y-%m-%dT%H:%M:%SZ}"
    print(f"Withheld: {begun.withheld} entries that were due by {until}, or dead.")
    print("All lanes stand still, in these tables and in those used until now.")
    print("Point the functions at these tables:")
    print(_next_step(given.stage, names, begun.streams))
    print("Then this command once more, for erasures since; `lane resume` for each lane, and")
    print("`restore review`.")


def _review(given: argparse.Namespace) -> None:
    from chalicelib.services import withholding
    from chalicelib.services.house import house

    restored = withholding.under_review(house())
    found = withholding.review(house(), _chosen(given))
    if given.list:
        for one in found:
            print(
                f"{one.id}  {one.shop}  {one.kind}  {one.subject}  {one.due_at:%Y-%m-%dT%H:%M:%SZ}"
            )
        return
    print(f"Restored to {restored.to:%Y-%m-%dT%H:%M:%SZ}; {len(found)} entries are withheld.")
    for (shop, kind), count in Counter((one.shop, one.kind) for one in found).items():
        print(f"{count:>7}  {shop}  {kind}")


def _release(given: argparse.Namespace) -> None:
    from chalicelib.services import withholding
    from chalicelib.services.house import house

    print(f"{withholding.release(house(), _certainly_chosen(given))} entries run now.")


def _drop(given: argparse.Namespace) -> None:
    from chalicelib.services import withholding
    from chalicelib.services.house import house

    print(f"{withholding.drop(house(), _certainly_chosen(given))} entries are given up.")


def _end(_given: argparse.Namespace) -> None:
    from chalicelib.services import restoring, withholding
    from chalicelib.services.house import house

    restored = withholding.under_review(house())
    dropped = restoring.drop_lost_photos(house(), restored.to)
    withholding.end(house())
    print(f"Photos that no case knows any more: {dropped}, deleted.")
    print("The restore is over.")


def _chosen(given: argparse.Namespace) -> Any:
    from chalicelib.services.withholding import Chosen

    return Chosen(shop=given.shop, kind=given.kind, id=given.id)


def _certainly_chosen(given: argparse.Namespace) -> Any:
    if not (given.shop or given.kind or given.id):
        raise LookupError("name a --shop, a --kind or an --id")
    return _chosen(given)


def _next_step(stage: str, names: dict[str, str], streams: dict[str, str]) -> str:
    """The command that points the stage's functions at other tables."""
    if stage == "local":
        return "\n".join(f"  AFTERCARE_{t.upper()}_TABLE={name}" for t, name in names.items())
    stack = f"aftercare-{stage}"
    given = {f"Restored{t.title()}": name for t, name in names.items()}
    given |= {f"Restored{t.title()}Stream": label for t, label in streams.items()}
    kept = [name for name in _parameters(stack) if name not in given]
    parameters = [
        *(f"ParameterKey={name},UsePreviousValue=true" for name in kept),
        *(f"ParameterKey={name},ParameterValue={value}" for name, value in given.items()),
    ]
    lines = [
        f"  aws cloudformation update-stack --stack-name {stack} --use-previous-template",
        "      --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --parameters",
        *(f"      {parameter}" for parameter in parameters),
    ]
    return " \\\n".join(lines)


def _parameters(stack: str) -> list[str]:
    from chalicelib.store.clients import client

    answer = client("cloudformation").describe_stacks(StackName=stack)
    return [one["ParameterKey"] for one in answer["Stacks"][0].get("Parameters", ())]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a time without a zone says nothing")
    return moment.astimezone(UTC)
