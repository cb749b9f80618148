"""The API in front of the functions: who may ask how often, and what it answers by itself."""

import importlib
import json
from typing import Any

import pytest

from chalicelib.web.app import doors
from chalicelib.web.auth import StaffOnly, access_of
from chalicelib.web.errors import PROBLEMS
from deploy.sizes import SIZES
from tests.infra.packaged import figure, of_type, the_template

OPEN = [
    (method, path)
    for method, path, view in doors(importlib.import_module("app").app)
    if not isinstance(access_of(view), StaffOnly)
]
AT_ONCE = {"small": 10, **{size: figure(size, "APIHandler") for size in ("medium", "large")}}
"""How many requests can be in work at the same moment."""


def settings() -> list[dict[str, Any]]:
    return of_type("AWS::Serverless::Api")["RestAPI"]["MethodSettings"]


def kinds() -> dict[tuple[str, str], str]:
    """Whose limits hold for a method."""
    return {
        (one["HttpMethod"], one["ResourcePath"]): one["ThrottlingRateLimit"]["Fn::FindInMap"][
            2
        ].removesuffix("Rate")
        for one in settings()
    }


def test_every_open_door_has_limits_of_its_own_and_the_staff_have_the_rest() -> None:
    told = {(method, f"/{path.replace('/', '~1')}") for method, path in OPEN}

    assert len(OPEN) > 20
    assert {method for method, kind in kinds().items() if kind != "Staff"} == told
    assert kinds()["*", "/*"] == "Staff"


def test_webhooks_have_limits_of_their_own() -> None:
    webhooks = ("POST", "/~1webhooks~1{platform}~1{shop_id}")

    assert [method for method, kind in kinds().items() if kind == "Webhooks"] == [webhooks]


@pytest.mark.parametrize("size", SIZES)
def test_a_flood_at_one_open_door_leaves_half_of_everything_to_the_others(size: str) -> None:
    for kind in set(kinds().values()) - {"Staff"}:
        assert 2 * figure(size, f"{kind}Burst") <= AT_ONCE[size], kind


@pytest.mark.parametrize("size", ["medium", "large"])
def test_webhooks_in_flood_leave_the_staff_what_the_staff_may_ask(size: str) -> None:
    """At a quarter of a second a request, more than any costs."""
    busy = (figure(size, "WebhooksRate") + figure(size, "StaffRate")) / 4

    assert busy <= AT_ONCE[size]


def test_nothing_that_is_asked_or_answered_is_logged_by_the_gateway() -> None:
    assert {(one["LoggingLevel"], one["DataTraceEnabled"]) for one in settings()} == {
        ("OFF", False)
    }


def test_the_access_log_holds_no_path_and_no_address() -> None:
    logged = of_type("AWS::Serverless::Api")["RestAPI"]["AccessLogSetting"]["Fn::If"][1]

    assert not {"$context.path", "$context.identity.sourceIp"} & set(
        json.loads(logged["Format"]).values()
    )


@pytest.mark.parametrize(
    "name", of_type("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"].keys()
)
def test_what_reaches_no_function_is_answered_as_ours(name: str) -> None:
    answer = of_type("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"][name]
    problem = json.loads(answer["ResponseTemplates"]["application/json"]["Fn::Sub"])
    slugs = {row.slug: row.status for row in PROBLEMS.values()}
    slug = problem["type"].removeprefix("${PublicUrl}/problems/")

    assert answer["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == slugs[slug]
    assert answer.get("StatusCode", problem["status"]) == problem["status"]


def test_who_is_turned_away_learns_when_to_come_again() -> None:
    answers = of_type("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]

    assert answers["THROTTLED"]["StatusCode"] == 429
    assert answers["THROTTLED"]["ResponseParameters"]["Headers"]["Retry-After"] == "'1'"


def test_connections_are_encrypted_as_they_should_be() -> None:
    for place in ("AWS::Serverless::Api", "AWS::ApiGateway::DomainName"):
        (properties,) = of_type(place).values()
        assert "TLS13_1_2" in properties["SecurityPolicy"]


def test_the_address_of_aws_is_closed_where_there_is_a_domain() -> None:
    api = of_type("AWS::Serverless::Api")["RestAPI"]

    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}
    assert the_template()["Conditions"]["HasDomain"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]
    }
