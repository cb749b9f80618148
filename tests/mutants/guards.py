"""The guards, and which tests miss them. A row's text stands exactly once in its file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that keeps something right, how to take it out, and where that must be seen."""

    file: str
    text: str
    broken: str
    tests: tuple[str, ...]

    def take_out(self, root: Path) -> None:
        """Break the tree at `root`. Raises AssertionError if the text is not there once."""
        path = root / self.file
        source = path.read_text()
        assert source.count(self.text) == 1, f"{self.file} has {self.text!r} not once"
        path.write_text(source.replace(self.text, self.broken))


AGENDA = "chalicelib/store/agenda.py"
COMMIT = "chalicelib/store/commit.py"
ONCE = ("tests/faults/test_agenda.py::test_every_entry_has_its_effect_once",)

GUARDS = {
    "a lease keeps a second worker away": Guard(
        AGENDA,
        ' AND (attribute_not_exists(lease_until) OR lease_until < :real_now)"',
        ' AND :real_now = :real_now"',
        ONCE,
    ),
}
