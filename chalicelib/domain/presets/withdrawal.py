"""The withdrawal function a shop in the EU shows its buyers: where it is owed, and its words."""

from datetime import date

from chalicelib.domain.presets.legal import Certainty
from chalicelib.domain.records import Value


class FunctionWords(Value):
    """How the function and its last button are called in one language."""

    language: str
    """BCP 47; of a language written in several ways, the language alone."""
    withdraw: str
    confirm: str
    certainty: Certainty
    source: str


class WithdrawalFunction(Value):
    """Directive 2011/83/EU art. 11a. Engineering input, not legal advice."""

    id: str
    citations: tuple[str, ...]
    applies_from: date
    countries: frozenset[str]
    """Where the shop is, ISO 3166-1 alpha-2."""
    words: tuple[FunctionWords, ...]

    def words_in(self, locale: str) -> FunctionWords:
        """In a page's language; in the first there is for one whose words are not known."""
        language = locale.replace("_", "-").partition("-")[0].lower()
        return next((one for one in self.words if one.language == language), self.words[0])
