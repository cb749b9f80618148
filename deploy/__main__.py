"""What goes to AWS, into `build/<stage>/` (`make package`), and writing a release down."""

import argparse
import re
import sys

from deploy import released
from deploy.packing import package
from local.resources import template
from local.state import ROOT

STAGE = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""What is named after it may have 64 characters; `local` is the stack on this machine."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    pack = commands.add_parser("package", help="make the template and the code of a stage")
    pack.add_argument("--stage", required=True, type=_stage)
    pack.set_defaults(run=_package)
    release = commands.add_parser("release", help="write down the tables as those of the release")
    release.set_defaults(run=_release)
    given = parser.parse_args()
    given.run(given)
    return 0


def _package(given: argparse.Namespace) -> None:
    made = package(given.stage, "arm64", ROOT / "build" / given.stage)
    print(f"{made.template.relative_to(ROOT)}   {made.template.stat().st_size / 1e6:6.1f} MB")
    print(
        f"{made.code.relative_to(ROOT)}        {made.code_bytes / 1e6:6.1f} MB,"
        f" {made.unpacked_bytes / 1e6:.0f} MB unpacked"
    )


def _release(_: argparse.Namespace) -> None:
    tables = released.tables_of(template())
    released.check(tables, released.last())
    released.write_down(tables)
    print(f"{released.RELEASED.relative_to(ROOT)}: commit it with the release")


def _stage(name: str) -> str:
    if not STAGE.fullmatch(name) or name == "local":
        raise argparse.ArgumentTypeError(
            "a small letter, then small letters, digits and hyphens, at most 40; not local"
        )
    return name


if __name__ == "__main__":
    sys.exit(main())
