"""The story's sentences, one file a language."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "sentences"


class Words:
    """The sentences of one language."""

    def __init__(self, sentences: dict[str, str]) -> None:
        self._sentences = sentences

    def say(self, key: str, **values: object) -> str:
        """A sentence with its values in. Raises KeyError for one there is not."""
        return self._sentences[key].format(**values)


def languages() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def nearest(language: str) -> str:
    """The language there is for a wish such as `zh_CN.UTF-8`; English for any other."""
    wanted = language[:2].lower()
    return wanted if wanted in languages() else "en"


def words(language: str) -> Words:
    return Words(sentences(language))


def sentences(language: str) -> dict[str, str]:
    """Every sentence of a language by its key."""
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
