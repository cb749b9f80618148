"""How many schedules a property is tried with: hundreds in CI, ten thousand in a soak."""

from hypothesis import Phase, settings

SOAK = "soak"
SOAKED = 30

BROKEN = "broken"
"""For builds that are known to be broken: the first failure is enough, and needs no explaining."""

settings.register_profile(SOAK, settings.default)
settings.register_profile(
    BROKEN, phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False
)


def schedules_of(number: int) -> settings:
    """So many schedules in CI, and thirty times as many in a soak. A failure prints what brings
    it back."""
    times = SOAKED if settings.get_current_profile_name() == SOAK else 1
    return settings(max_examples=number * times, deadline=None, derandomize=False, print_blob=True)
