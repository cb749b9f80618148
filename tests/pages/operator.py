"""What the operator of the running shop looks up, as JSON: run in a process of its own, since
working on the stack takes its environment over. With arguments, each `purpose subject hours`, it
signs links that are good for so many hours; without, it takes on who works there."""

import json
import sys
from dataclasses import asdict
from datetime import timedelta

from local import state
from local.demo.operator import SHOP, Operator
from tests.pages.stand import STAFF

if __name__ == "__main__":
    running = state.running()
    assert running is not None
    operator = Operator(running)

    from chalicelib.domain.permissions import Role
    from chalicelib.notify.doors import DOORS
    from chalicelib.services import staff
    from tests.people import desk_of

    if len(sys.argv) > 1:
        desk = desk_of(SHOP)
        signed = {}
        for wanted in sys.argv[1:]:
            purpose, subject, hours = wanted.split()
            token = desk.link(purpose, subject, desk.now() + timedelta(hours=int(hours)))
            signed[wanted] = DOORS.get(purpose, "/o/{token}").format(token=token)
        print(json.dumps(signed))  # noqa: T201 - what it is run for
        sys.exit()

    for name, language in (("Hua", "zh-CN"), ("Ada", "de")):
        staff.add(
            desk_of(SHOP), name=name, mail=f"{name.lower()}@qinghe.example", role=Role.ADMIN,
            language=language, zone=None, phone=None,
        )  # fmt: skip
    people = {name: operator.colleague(name) for name in STAFF}
    print(  # noqa: T201 - what it is run for
        json.dumps(
            {
                "zone_name": operator.zone(),
                "shop_domain": operator.domain(),
                "secret": operator.webhook_secret(),
                "colleagues": {name: asdict(one) for name, one in people.items()},
                "links": {name: operator.sign_in_link(one) for name, one in people.items()},
            }
        )
    )
