"""The scenes, in the order they are played. Each goes on from what those before left in the story.

`held` arranges what only the clock can do, and `clock` looks at it a minute later.
"""

from collections.abc import Callable

from local.rehearsal.scenes import (
    answer,
    clock,
    held,
    opening,
    orders,
    poison,
    proofs,
    question,
    return_,
    solved,
    watch,
)
from local.rehearsal.stage import Stage

SCENES: tuple[Callable[[Stage], None], ...] = (
    watch.play,
    opening.play,
    orders.play,
    question.play,
    answer.play,
    held.play,
    return_.play,
    solved.play,
    poison.play,
    clock.play,
    proofs.play,
)
