"""The operator's command line: `python -m chalicelib.cli --stage prod shop add acme ...`.

Works on a deployed stage with the caller's AWS credentials, or on the local stack that runs now.
Secrets are read from standard input, so that they stay out of the shell's history.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chalicelib import cli_restore

LONGEST_TOKEN_DAYS = 3650

RUNNING = Path(os.environ.get("AFTERCARE_LOCAL") or ".local") / "running.json"


_LAWS = {
    "cn": ("CN-7D-NOREASON", "CN-QUALITY-24"),
    "eu": ("EU-14D-WITHDRAWAL", "EU-2Y-CONFORMITY"),
    "uk": ("UK-14D-CANCEL", "UK-30D-REJECT"),
}
"""The presets for a change of mind and for goods that are not as they should be."""

_EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 1 and a sentence for what cannot be done, 2 for bad usage."""
    given = _parser().parse_args(arguments)
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.domain.errors import DomainError

    try:
        _enter(given.stage)
        given.run(given)
    except (DomainError, LookupError, OSError, BotoCoreError, ClientError) as error:
        print(f"aftercare: {error}", file=sys.stderr)
        return 1
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "default_factory_not_called":
                continue
            where = ".".join(str(part) for part in fault["loc"]) or "the file"
            reason = fault["msg"].removeprefix("Value error, ")
            print(f"aftercare: {where}: {reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aftercare", description=__doc__)
    parser.add_argument("--stage", default="local", help="a deployed stage; default: local")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_shop_commands(commands)
    secret = commands.add_parser("secret", help="webhook secrets").add_subparsers(required=True)
    for name, help_text, run in (
        ("add", "accept one more webhook secret", _add_secret),
        ("keep-newest", "end a rotation: accept the newest alone", _keep_newest),
        ("api-token", "set what the shop's API is asked with", _set_api_token),
    ):
        one = secret.add_parser(name, help=help_text)
        one.add_argument("shop")
        one.set_defaults(run=run)

    staff = commands.add_parser("staff", help="the shop's people").add_subparsers(required=True)
    hire = staff.add_parser("add", help="take somebody on; the first admin is made here")
    hire.add_argument("shop")
    hire.add_argument("--name", required=True)
    hire.add_argument("--mail", required=True)
    hire.add_argument("--role", default="admin", help="default: admin")
    hire.add_argument("--language", default="en", help="of their pages; default: en")
    hire.add_argument("--phone", default=None)
    hire.set_defaults(run=_add_staff)
    token = staff.add_parser("token", help="a bearer token, shown once")
    token.add_argument("shop")
    token.add_argument("staff_id")
    token.add_argument("--label", default="command line")
    token.add_argument("--days", type=_days, default=90, help="how long it is good; default: 90")
    token.set_defaults(run=_issue_token)

    keys = commands.add_parser("keys", help="the stage's own keys").add_subparsers(required=True)
    keys.add_parser("init", help="make them if there are none").set_defaults(run=_init_keys)
    keys.add_parser("rotate", help="sign with a new one").set_defaults(run=_rotate_keys)

    lane = commands.add_parser("lane", help="hold or release timed work")
    lane.add_argument("action", choices=("pause", "resume"))
    lane.add_argument("lane", choices=("urgent", "bulk", "notice", "mail"))
    lane.set_defaults(run=_switch_lane)

    cli_restore.add_commands(commands)
    return parser


def _add_shop_commands(commands: Any) -> None:
    shop = commands.add_parser("shop", help="set shops up").add_subparsers(required=True)
    add = shop.add_parser("add", help="set a shop up; asks for the webhook secret")
    add.add_argument("shop")
    add.add_argument("--name", required=True)
    add.add_argument("--platform", choices=("shopify", "woocommerce", "standard"), required=True)
    add.add_argument("--domain", default="", help="such as acme.myshopify.com")
    add.add_argument("--api-url", default="", help="where an order is asked for; asks for a token")
    add.add_argument("--languages", default="en", help="BCP 47 tags, comma-separated, own first")
    add.add_argument("--zone", default="UTC", help="IANA time zone; default: UTC")
    add.add_argument("--country", default="", help="two capital letters, such as DE")
    add.add_argument("--currency", default="EUR", help="such as CNY; default: EUR")
    add.add_argument(
        "--law",
        choices=sorted(_LAWS),
        help="whose law of returns is the floor; by default that of --country, else China's",
    )
    add.add_argument("--support-mail", default="")
    add.add_argument("--support-phone", default="")
    add.set_defaults(run=_add_shop)
    put = shop.add_parser("put", help="replace a shop's configuration by a JSON file")
    put.add_argument("shop")
    put.add_argument("file", type=Path)
    put.set_defaults(run=_put_shop)
    show = shop.add_parser("show", help="a shop's configuration as JSON")
    show.add_argument("shop")
    show.set_defaults(run=_show_shop)


def _enter(stage: str) -> None:
    """Take over the environment of the stage's own functions."""
    os.environ.update(_local() if stage == "local" else _deployed(stage))


def _local() -> dict[str, str]:
    if not RUNNING.exists():
        raise LookupError("no local stack runs here (make run); for AWS, name a --stage")
    return json.loads(RUNNING.read_text())["environment"]


def _deployed(stage: str) -> dict[str, str]:
    from botocore.exceptions import ClientError

    from chalicelib.store.clients import client

    stacks = client("cloudformation")
    try:
        found = stacks.describe_stack_resource(
            StackName=f"aftercare-{stage}", LogicalResourceId="APIHandler"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise LookupError(f"there is no stage {stage} in {stacks.meta.region_name}") from None
    function = found["StackResourceDetail"]["PhysicalResourceId"]
    answer = client("lambda").get_function_configuration(FunctionName=function)
    return answer["Environment"]["Variables"]


def _desk(shop: str) -> Any:
    from chalicelib.domain.events import Actor, ActorKind
    from chalicelib.services import keys
    from chalicelib.services.desk import desk
    from chalicelib.services.house import house

    keys.ensure(house())
    actor = Actor(kind=ActorKind.SYSTEM, id="cli")
    return desk(house(), shop, actor=actor, correlation=house().new_id("cli"))


def _add_shop(given: argparse.Namespace) -> None:
    from chalicelib.domain.policy import ReturnPolicy
    from chalicelib.domain.shops import Configuration
    from chalicelib.services import shops

    law = given.law or _law_of(given.country)
    no_reason, fault = _LAWS[law]
    wanted = Configuration(
        returns=ReturnPolicy(no_reason=no_reason, fault=fault),
        name=given.name,
        platform=given.platform,
        domain=given.domain,
        api_url=given.api_url,
        languages=tuple(given.languages.split(",")),
        zone=given.zone,
        country=given.country,
        currency=given.currency,
        support_mail=given.support_mail,
        support_phone=given.support_phone,
    )
    secret = _secret("Webhook secret")
    token = _secret("API token") if given.api_url else ""
    desk = _desk(given.shop)
    made = shops.put(desk, wanted)
    shops.add_webhook_secret(desk.house, given.shop, secret)
    if token:
        shops.set_api_token(desk.house, given.shop, token)
    url = desk.house.settings.public_url
    print(f"{made.name} is set up, version {made.version}; returns by the law of: {law}.")
    print(f"Webhooks go to  {url}/webhooks/{made.platform}/{made.id}")
    print(f"Contact form    {url}/contact/{made.id}")
    print(f"Returns portal  {url}/portal/{made.id}")


def _law_of(country: str) -> str:
    if country == "GB":
        return "uk"
    return "eu" if country in _EUROPEAN_UNION else "cn"


def _put_shop(given: argparse.Namespace) -> None:
    from chalicelib.domain.shops import Configuration
    from chalicelib.services import shops

    wanted = Configuration.model_validate_json(given.file.read_text())
    made = shops.put(_desk(given.shop), wanted)
    print(f"{made.name} is at version {made.version}.")


def _show_shop(given: argparse.Namespace) -> None:
    shop = _desk(given.shop).shop
    print(shop.model_dump_json(indent=2, exclude={"shop", "id", "version"}))


def _add_secret(given: argparse.Namespace) -> None:
    from chalicelib.services import shops

    desk = _desk(given.shop)
    count = shops.add_webhook_secret(desk.house, desk.shop.id, _secret("Webhook secret"))
    print(f"{count} webhook secrets are accepted.")


def _keep_newest(given: argparse.Namespace) -> None:
    from chalicelib.services import shops

    desk = _desk(given.shop)
    shops.keep_only_newest_secret(desk.house, desk.shop.id)
    print("Only the newest webhook secret is accepted.")


def _set_api_token(given: argparse.Namespace) -> None:
    from chalicelib.services import shops

    desk = _desk(given.shop)
    shops.set_api_token(desk.house, desk.shop.id, _secret("API token"))
    print("The token is kept.")


def _add_staff(given: argparse.Namespace) -> None:
    from chalicelib.domain.permissions import Role
    from chalicelib.services import staff

    if given.role not in list(Role):
        raise LookupError(f"role: one of {', '.join(Role)}")
    desk = _desk(given.shop)
    _ = desk.shop
    made = staff.add(
        desk,
        name=given.name,
        mail=given.mail,
        role=Role(given.role),
        language=given.language,
        zone=None,
        phone=given.phone,
    )
    print(made.id)


def _issue_token(given: argparse.Namespace) -> None:
    from chalicelib.services import staff

    issued = staff.issue_token(
        _desk(given.shop),
        given.staff_id,
        label=given.label,
        lifetime=timedelta(days=given.days),
    )
    print(issued.text)


def _init_keys(_given: argparse.Namespace) -> None:
    from chalicelib.services import keys
    from chalicelib.services.house import house

    keys.ensure(house())
    print("The stage has its keys.")


def _rotate_keys(_given: argparse.Namespace) -> None:
    from chalicelib.services import keys
    from chalicelib.services.house import house

    print(f"Links are signed with {keys.rotate(house())} from now on; older links stay good.")


def _switch_lane(given: argparse.Namespace) -> None:
    from chalicelib.domain.agenda import Lane
    from chalicelib.services import lanes
    from chalicelib.services.house import house

    switch = lanes.pause if given.action == "pause" else lanes.resume
    switch(house(), [Lane(given.lane)])
    print(f"The {given.lane} lane is {given.action}d.")


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_TOKEN_DAYS:
        raise argparse.ArgumentTypeError(f"1 to {LONGEST_TOKEN_DAYS}")
    return int(text)


def _secret(what: str) -> str:
    """From the terminal without showing it, or the next line of standard input."""
    if sys.stdin.isatty():
        secret = getpass.getpass(f"{what}: ")
    else:
        secret = sys.stdin.readline().rstrip("\n")
    if not secret:
        raise LookupError(f"{what.lower()}: must not be empty")
    return secret


if __name__ == "__main__":
    sys.exit(main())
