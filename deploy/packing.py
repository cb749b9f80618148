"""A package: the template and the code it names, side by side in one folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from deploy import code
from deploy.template import template
from deploy.wheels import Architecture

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

    The template differs between architectures only in naming them. Raises TooLarge, and
    RuntimeError if a requirement has no wheel for the architecture.
    """
    into.mkdir(parents=True, exist_ok=True)
    made = Package(into / "template.json", into / "code.zip", *code.build(architecture, into))
    if made.code_bytes > MOST_BYTES or made.unpacked_bytes > MOST_BYTES_UNPACKED:
        raise TooLarge(f"{made.code_bytes:,} bytes zipped, {made.unpacked_bytes:,} unpacked")
    described = template(stage, architecture, made.code.name)
    made.template.write_text(json.dumps(described, indent=1) + "\n")
    return made
