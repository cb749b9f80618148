"""What no function's role allows, asked as AWS asks it."""

import pytest

from deploy.grants import GRANTS
from tests.roles import ACCOUNT, Wish, granted, topic

SES = f"arn:AWS::Partition:ses:{ACCOUNT}"
SSM = f"arn:AWS::Partition:ssm:{ACCOUNT}:parameter"


def mail(sender: str, identity: str = "MailDomain") -> Wish:
    return Wish("ses:SendEmail", f"{SES}:identity/{identity}", {"ses:FromAddress": sender})


@pytest.mark.parametrize("function", GRANTS)
@pytest.mark.parametrize(
    "wish",
    [
        Wish("ssm:GetParameter", f"{SSM}/aftercare/other/keys"),
        Wish("ssm:PutParameter", f"{SSM}/aftercare/Stage/keys"),
        Wish("dynamodb:Scan", "RecordsTable.Arn"),
        Wish("dynamodb:DeleteItem", "EventsTable.Arn"),
        Wish("dynamodb:UpdateItem", "EventsTable.Arn"),
        Wish("s3:GetObject", "InboxBucket.Arn/elsewhere/a"),
        Wish("s3:GetObject", "TheirBucket.Arn/mail/a"),
        Wish("sns:Publish", topic("OperatorsTopic")),
        mail("care@elsewhere.example"),
        mail("care@sub.MailDomain"),
        mail("care@MailDomain", identity="elsewhere.example"),
    ],
    ids=lambda wish: f"{wish.action} {wish.resource.rpartition(':')[2]}",
)
def test_no_function_may(function: str, wish: Wish) -> None:
    assert granted(function, wish) is None


@pytest.mark.parametrize("function", GRANTS)
def test_only_who_takes_deliveries_in_may_read_what_shops_sign_with(function: str) -> None:
    """The clock too: it applies what was parked, which may name an order to ask the shop for."""
    wish = Wish("ssm:GetParameter", f"{SSM}/aftercare/Stage/shops/acme/secrets")

    assert (granted(function, wish) is not None) == (function in ("APIHandler", "Tick"))


@pytest.mark.parametrize("function", ["SendDue", "SendNow"])
def test_a_sender_may(function: str) -> None:
    assert granted(function, mail("care@MailDomain"))
    assert granted(function, Wish("sns:Publish", "a phone"))


@pytest.mark.parametrize("function", ["SendDue", "SendNow"])
@pytest.mark.parametrize("name", ["EventsTopic", "AlertsTopic", "MailTopic"])
def test_who_sends_text_messages_publishes_to_no_topic(function: str, name: str) -> None:
    arn = f"arn:aws:sns:eu-west-1:123456789012:aftercare-prod-{name}"

    assert granted(function, Wish("sns:Publish", arn)) is None
