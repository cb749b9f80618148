"""How many schedules a property is tried with: a hundred and more in CI, thousands in a soak."""

from hypothesis import Phase, settings

SOAK = "soak"
SOAKED = 60

BROKEN = "broken"
"""For builds that are known to be broken: the first failure is enough, and needs no explaining."""

settings.register_profile(SOAK, settings.default, deadline=None)
settings.register_profile(
    BROKEN,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    deadline=None,
)


def schedules_of(number: int) -> settings:
    """So many schedules in CI, and sixty times as many in a soak. A failure prints what brings
    it back."""
    examples = number * (SOAKED if is_soak() else 1)
    return settings(max_examples=examples, derandomize=False, print_blob=True)


def is_soak() -> bool:
    """Whether there is time for the long ones."""
    return settings.get_current_profile_name() == SOAK
