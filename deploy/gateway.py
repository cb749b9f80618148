"""The API in front of the functions: who may ask how often, what it answers by itself, and where.

What reaches no function is answered in the shape of our own refusals (RFC 9457).
"""

import importlib
import json
from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors import DomainError, Forbidden, Malformed, NotFound, TooMany
from chalicelib.handlers import meta
from chalicelib.services.desk import TryLater
from chalicelib.web.app import doors
from chalicelib.web.auth import StaffOnly, access_of
from chalicelib.web.errors import Broken, TooLarge, WrongType, document, problem_of
from chalicelib.web.trouble import PROBLEM_JSON
from deploy.functions import Template
from deploy.sizes import limits

TLS = {
    # From 1.2 on, with forward secrecy. `BASIC` asks nothing further of who calls.
    "SecurityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "EndpointAccessMode": "BASIC",
}

WEBHOOKS = "/webhooks/{platform}/{shop_id}"
STATIC = "/static/{name}"

_ANSWERS: dict[str, DomainError] = {
    "DEFAULT_4XX": Malformed("The request could not be read."),
    "DEFAULT_5XX": Broken("Please try again; if it stays, tell us the request's id."),
    # An address that is not there; with an `Authorization` header it is taken for one of AWS's.
    "MISSING_AUTHENTICATION_TOKEN": NotFound("There is nothing here."),
    "INVALID_SIGNATURE": NotFound("There is nothing here."),
    "RESOURCE_NOT_FOUND": NotFound("There is nothing here."),
    "WAF_FILTERED": Forbidden("This request is not let in."),
    "REQUEST_TOO_LARGE": TooLarge("At most 10 MB."),
    "UNSUPPORTED_MEDIA_TYPE": WrongType("This kind of content is not read here."),
    "THROTTLED": TooMany("Too many requests at once.", retry_after=1),
    "INTEGRATION_FAILURE": TryLater("No function was free.", retry_after=1),
    "INTEGRATION_TIMEOUT": TryLater("It took too long.", retry_after=1),
}

_LOGGED = {
    "request": "$context.requestId",
    "at": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    # As the route is written: the path itself may hold a link's token.
    "route": "$context.resourcePath",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "function": "$context.integration.requestId",
    "function_status": "$context.integration.integrationStatus",
    "refused": "$context.error.responseType",
    "bytes": "$context.responseLength",
}

_NOTHING = {"Ref": "AWS::NoValue"}


def put_in_front(template: Template, stage: str) -> None:
    """Complete a template's API, and put it under the operator's own domain if there is one."""
    parameters, resources = template["Parameters"], template["Resources"]
    parameters["CertificateArn"] = {
        "Type": "String",
        "Default": "",
        "Description": "The certificate of PublicUrl's host, in this region; empty if it has none.",
    }
    parameters["AccessLogs"] = {
        "Type": "String",
        "AllowedValues": ["on", "off"],
        "Default": "on",
        "Description": "Needs the account's API Gateway role for CloudWatch Logs.",
    }
    has_certificate = {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]}
    template["Conditions"]["HasDomain"] = has_certificate
    template["Conditions"]["LogsAccess"] = {"Fn::Equals": [{"Ref": "AccessLogs"}, "on"]}
    resources["AccessLog"] = {
        "Type": "AWS::Logs::LogGroup",
        "Condition": "LogsAccess",
        "Properties": {"RetentionInDays": 30},
    }
    api: dict[str, Any] = resources["RestAPI"]["Properties"]
    api["DefinitionBody"]["info"]["title"] = f"aftercare-{stage}"
    api |= {
        "StageName": stage,
        "GatewayResponses": {name: _answer(name, error) for name, error in _ANSWERS.items()},
        "MethodSettings": _limits(),
        "DisableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]},
        "AccessLogSetting": {
            "Fn::If": [
                "LogsAccess",
                {
                    "DestinationArn": {"Fn::GetAtt": ["AccessLog", "Arn"]},
                    "Format": json.dumps(_LOGGED),
                },
                _NOTHING,
            ]
        },
        **TLS,
    }
    resources |= _domain()


def throttled_as(method: str, path: str, view: Callable[..., Any]) -> str:
    """Whose limits hold for a route: `Staff` are the stage's, the others are its own."""
    if isinstance(access_of(view), StaffOnly):
        return "Staff"
    if path == WEBHOOKS:
        return "Webhooks"
    if path == STATIC:
        return "Static"
    return "Probes" if method == "HEAD" or view.__module__ == meta.__name__ else "Doors"


def _limits() -> list[dict[str, Any]]:
    """Every door that anybody can knock at has limits of its own, so that who floods it takes
    nothing from the others, and all of them together leave room for the staff."""
    settings = [_setting("*", "/*", "Staff")]
    for method, path, view in doors(importlib.import_module("app").app):
        kind = throttled_as(method, path, view)
        if kind != "Staff":
            settings.append(_setting(method, f"/{path.replace('/', '~1')}", kind))
    return settings


def _setting(method: str, path: str, kind: str) -> dict[str, Any]:
    return {
        "HttpMethod": method,
        "ResourcePath": path,
        **limits(kind),
        # API Gateway's own logs would hold addresses, headers and bodies.
        "LoggingLevel": "OFF",
        "DataTraceEnabled": False,
    }


def _answer(name: str, error: DomainError) -> dict[str, Any]:
    problem = problem_of(error)
    body = document(error, "$context.requestId")
    body["type"] = f"${{PublicUrl}}/problems/{problem.slug}"
    headers = {"Content-Type": f"'{PROBLEM_JSON}'", "Cache-Control": "'no-store'"}
    if "retry_after" in error.facts:
        headers["Retry-After"] = f"'{error.facts['retry_after']}'"
    answer: dict[str, Any] = {
        "ResponseParameters": {"Headers": headers},
        "ResponseTemplates": {"application/json": {"Fn::Sub": json.dumps(body)}},
    }
    if not name.startswith("DEFAULT"):
        answer["StatusCode"] = problem.status
    return answer


def _domain() -> Template:
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "PublicUrl"}]}]}
    return {
        "Domain": {
            "Type": "AWS::ApiGateway::DomainName",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": host,
                "RegionalCertificateArn": {"Ref": "CertificateArn"},
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                **TLS,
            },
        },
        "DomainMapping": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": {"Ref": "Domain"},
                "RestApiId": {"Ref": "RestAPI"},
                "Stage": {"Ref": "RestAPI.Stage"},
            },
        },
    }
