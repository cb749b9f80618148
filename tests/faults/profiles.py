"""How many schedules a property is tried with: hundreds in CI, ten times as many in a soak."""

from hypothesis import settings

SOAK = "soak"
SOAKED = 10

settings.register_profile(SOAK, settings.default)


def schedules_of(number: int) -> settings:
    """So many schedules in CI, and ten times as many in a soak. A failure prints the seed that
    brings it back (`--hypothesis-seed`)."""
    is_soak = settings.get_current_profile_name() == SOAK
    return settings(
        max_examples=number * (SOAKED if is_soak else 1),
        deadline=None,
        derandomize=False,
        print_blob=True,
    )
