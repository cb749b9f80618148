"""Where real bodies of the platforms lie beside the repository, if they do."""

from pathlib import Path

import pytest

PAYLOADS = Path(__file__).resolve().parents[2].parent / "shared" / "payloads"

beside = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="no payloads beside the repository")
