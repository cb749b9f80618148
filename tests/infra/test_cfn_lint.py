"""The template is one that CloudFormation takes."""

import json
import subprocess
import sys
from pathlib import Path

from deploy.template import template


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text(json.dumps(template("prod", "arm64", "code.zip")))

    found = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), tmp_path / "template.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.stdout, found.returncode) == ("", 0)
