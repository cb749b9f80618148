"""Several functions at once, taking turns at every call: any interleaving, and the same again."""

import threading
from collections.abc import Callable, Iterable


class Turns:
    """Lets actors run one at a time; before each call another may take over.

    `choices` says who goes on: each names, by its remainder, one of those that still run. When
    they are used up the first goes on to its end, then the next.
    """

    def __init__(self, choices: Iterable[int]) -> None:
        self._choices = iter(choices)
        self._back = threading.Semaphore(0)
        self._actors: list[_Actor] = []

    def run(self, *acts: Callable[[], object]) -> None:
        """Run all of them to their ends. What one raises ends it alone, and is raised then."""
        self._actors = [_Actor(act, self._back) for act in acts]
        alive = list(self._actors)
        while alive:
            actor = alive[next(self._choices, 0) % len(alive)]
            actor.goes.release()
            self._back.acquire()
            if actor.is_done:
                actor.thread.join()
                alive.remove(actor)
        for actor in self._actors:
            if actor.error is not None:
                raise actor.error

    def offer(self) -> None:
        """Called by whoever is about to make a call: somebody else may go first."""
        current = threading.current_thread()
        for actor in self._actors:
            if actor.thread is current:
                self._back.release()
                actor.goes.acquire()


class _Actor:
    def __init__(self, act: Callable[[], object], back: threading.Semaphore) -> None:
        self.goes = threading.Semaphore(0)
        self.is_done = False
        self.error: BaseException | None = None
        self._act = act
        self._back = back
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.goes.acquire()
        try:
            self._act()
        except BaseException as error:  # noqa: BLE001 - raised where the turns are given
            self.error = error
        self.is_done = True
        self._back.release()
