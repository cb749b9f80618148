"""What the operator of the running shop looks up, as JSON: run in a process of its own, since
working on the stack takes its environment over."""

import json
from dataclasses import asdict

from local import state
from local.demo.operator import SHOP, Operator
from tests.pages.stand import STAFF

if __name__ == "__main__":
    running = state.running()
    assert running is not None
    operator = Operator(running)

    from chalicelib.domain.permissions import Role
    from chalicelib.services import staff
    from tests.people import desk_of

    staff.add(
        desk_of(SHOP), name="Hua", mail="hua@qinghe.example", role=Role.ADMIN, language="zh-CN",
        zone=None, phone=None,
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
