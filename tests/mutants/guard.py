"""What a row says: a thing that keeps something right, and how to take it out."""

from pathlib import Path


class Guard:
    """One thing that keeps something right, how to take it out, and where that must be seen: at
    each of these tests, or files of tests."""

    def __init__(self, file: str, text: str, broken: str, *tests: str, times: int = 1) -> None:
        self.file = file
        self.text = text
        self.broken = broken
        self.tests = tests
        self.times = times
        """How often the text stands in its file; it is taken out everywhere."""

    def take_out(self, root: Path) -> None:
        """Break the tree at `root`. Raises AssertionError if the text is not there so often."""
        path = root / self.file
        source = path.read_text()
        found = source.count(self.text)
        assert found == self.times, f"{self.file} has {self.text!r} {found} times"
        path.write_text(source.replace(self.text, self.broken))
