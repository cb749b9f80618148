"""A package: the template and the code it names, side by side in one folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from deploy import code, released
from deploy.template import template
from deploy.wheels import Architecture

CODE = "code.zip"

MOST_BYTES = 40_000_000
"""Of the zip. More of it makes every cold start slower."""
MOST_BYTES_UNPACKED = 140_000_000
"""Lambda itself takes 250 MB."""


class TooLarge(Exception):
    """The package outgrew its bound: leave something out, or raise the bound on purpose."""


@dataclass(frozen=True, slots=True)
class Package:
    """What goes to AWS. The template names the code by its path beside it, which
    `aws cloudformation package` uploads and replaces by a place in S3."""

    template: Path
    code: Path
    code_bytes: int
    unpacked_bytes: int


def package(stage: str, architecture: Architecture, into: Path) -> Package:
    """Make `template.json` and `code.zip` in a folder, for this Python's Lambda runtime.

    The template differs between architectures only in naming them. Raises TooLarge, Refused for
    tables that cannot follow those of the last release, and RuntimeError if a requirement has no
    wheel for the architecture.
    """
    described = template(stage, architecture, CODE)
    released.check(released.tables_of(described), released.last())
    into.mkdir(parents=True, exist_ok=True)
    made = Package(into / "template.json", into / CODE, *code.build(architecture, into / CODE))
    if made.code_bytes > MOST_BYTES or made.unpacked_bytes > MOST_BYTES_UNPACKED:
        raise TooLarge(f"{made.code_bytes:,} bytes zipped, {made.unpacked_bytes:,} unpacked")
    made.template.write_text(json.dumps(described, indent=1) + "\n")
    return made
