"""How a story ends whose mails may have met with trouble: with all of them gone."""

import re
from collections import Counter
from dataclasses import replace

from chalicelib.domain.canonical import Person
from tests.cases import a_ticket
from tests.faults import picture
from tests.faults.picture import Picture
from tests.faults.world import World

LAST = Person(name="Last", mail="last@example.de", country="DE")
"""Who is written to after everybody else: what is heard of that mail shows of each one before it,
of which nothing was heard, that it never left."""

_TRIES = re.compile(r'"attempts": \d+')


def a_minute(world: World) -> None:
    """One minute goes by; what nobody could hear of is told again, as SNS does for a day."""
    world.minute()
    waiting, world.unheard = world.unheard, []
    world.unheard = [report for report in waiting if not world.hear(report)]


def come_to_rest(world: World) -> None:
    """The trouble ends, and everything that it held up is done."""
    a_minute(world)
    a_minute(world)
    world.network.calm_down()
    a_minute(world)
    a_ticket(who=LAST)
    world.settle()


def last_picture(world: World) -> Picture:
    """What is left, but for how often a mail was tried until it left, that this was not known
    meanwhile, and tokens, whose text is random."""
    seen = picture.take(world.post)
    told = Counter[str]()
    for text, times in seen.events.items():
        if '"type": "message.sent"' in text:
            told[_TRIES.sub('"attempts": 1', text)] += times
        elif '"type": "message.unknown"' not in text:
            told[text] += times
    records = {text: n for text, n in seen.records.items() if '"id": "tok_' not in text}
    return replace(seen, events=told, records=Counter(records))
