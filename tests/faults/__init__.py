"""What must hold whatever fails: properties over schedules of faults.

A property is a hypothesis test with the fixture `cloud` that draws a schedule, lives through it in
a world of its own, and compares what is left:

    @schedules_of(60)                                   # in CI; sixty times that in `make soak`
    @given(schedule=schedules())                        # network.py: which calls are hit by what
    def test_something(cloud: Cloud, schedule: Schedule) -> None:
        with a_world(cloud, schedule) as world:         # world.py: fresh tables, one clock
            ...                                         # calls of the test itself are never hit
            answer = world.request("POST", path, headers, body)  # None: the function was killed
            world.minute()                              # streams, clock, mail, SES's reports
            world.settle()                              # until nothing is due or on its way
            seen = picture.take(world.post)             # picture.py: what is left, without moments
        with a_world(cloud) as world:                   # the same again, without faults
            ...
            clean = picture.take(world.post)
        assert not picture.differences(seen, clean)

Only what runs through `world` is hit: `request`, `tick`, `send_due`, `flow` (the streams), `report`
(SES to `mail_event`), and `invoke` for anything else that Lambda runs. `world.at_once(choices, a,
b)` lets functions take turns at every call. `world.post` is SES and SMS: what left, its quota, and
what happens between a mail's leaving and the answer. `world.network` counts calls and hits, and can
`calm_down`. Time is one clock, real and domain alike: `world.wait`, `world.go_to`.

The same schedule has the same effect each time: ids are counted, threads take turns, and a failing
example shrinks to the few faults that matter.
"""
