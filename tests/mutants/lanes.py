"""What keeps a lane standing still while it is paused or held, and an old mark to the tick."""

from tests.mutants.guard import Guard

RUNNING = "chalicelib/services/agenda.py"
SWITCHES = "chalicelib/store/lanes.py"
STREAMS = "chalicelib/handlers/streams.py"
SWITCHED = "tests/contract/test_lane_switches.py"
LANES = "tests/contract/test_lanes.py"

GUARDS = {
    "lane-that-stands-still-is-not-looked-through": Guard(
        RUNNING,
        "in_turn(_due(house, lane, now)) if lane in is_open else iter(())",
        "in_turn(_due(house, lane, now)) if is_open else iter(())",
        f"{LANES}::test_post_is_held_for_a_while_and_then_goes_out",
    ),
    "lane-held-meanwhile-is-left": Guard(
        RUNNING,
        "    if time.monotonic() > until or lane not in open_lanes(house):\n",
        "    if time.monotonic() > until:\n",
        f"{LANES}::test_a_hold_stops_the_drain_that_is_under_way",
    ),
    "paused-is-not-run-at-once": Guard(
        STREAMS,
        '    if item["home_lane"] in open_lanes(house()).intersection(lanes):\n',
        '    if item["home_lane"] in lanes:\n',
        f"{SWITCHED}::test_a_paused_lane_holds_what_is_due_at_once_until_it_is_resumed",
    ),
    "stream-leaves-the-lanes-of-others": Guard(
        STREAMS,
        "open_lanes(house()).intersection(lanes)",
        "open_lanes(house())",
        f"{SWITCHED}::test_a_stream_leaves_the_lanes_of_others_alone",
    ),
    "paused-stands-still": Guard(
        SWITCHES,
        'not switch.get("paused") and switch',
        "switch",
        f"{SWITCHED}::test_a_paused_lane_holds_what_is_due_at_once_until_it_is_resumed",
        f"{LANES}::test_a_held_lane_that_is_paused_stays_paused",
    ),
    "held-stands-still": Guard(
        SWITCHES,
        ' and switch.get("held_until", "") <= stamp(now)',
        "",
        f"{LANES}::test_post_is_held_for_a_while_and_then_goes_out",
    ),
    "held-and-paused-is-both": Guard(
        SWITCHES,
        '    _set_switch(tables, lane, "held_until", value=stamp(until))\n',
        "    resume(tables, lane)\n"
        '    _set_switch(tables, lane, "held_until", value=stamp(until))\n',
        f"{LANES}::test_a_held_lane_that_is_paused_stays_paused",
    ),
    "old-mark-is-left-to-the-tick": Guard(
        STREAMS,
        " or _age(record) > OLDEST:\n",
        ":\n",
        f"{SWITCHED}::test_a_mark_that_comes_late_is_left_to_the_tick",
    ),
}
