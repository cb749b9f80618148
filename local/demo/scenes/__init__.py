"""The scenes, in the order they are told. Each goes on from what those before left in the story."""

from collections.abc import Callable

from local.demo.scenes import (
    change_of_mind,
    damaged,
    late_parcel,
    not_solved,
    promised_call,
    surveys,
    webhooks,
    what_happened,
)
from local.demo.stage import Stage

SCENES: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("webhooks", webhooks.play),
    ("late_parcel", late_parcel.play),
    ("change_of_mind", change_of_mind.play),
    ("damaged", damaged.play),
    ("not_solved", not_solved.play),
    ("promised_call", promised_call.play),
    ("surveys", surveys.play),
    ("what_happened", what_happened.play),
)
