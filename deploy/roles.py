"""A role for each function: its log, its grants, its trigger and its place for failures."""

from typing import Any

from deploy.functions import Template
from deploy.grants import GRANTS, Statement


def role_of(function: str) -> str:
    return f"{function}Role"


def log_of(function: str) -> str:
    return f"{function}Log"


def give_roles(template: Template, also: dict[str, list[Statement]]) -> None:
    """Give every function of a template its own role and log group.

    `also` are the statements by which Lambda itself reads a function's stream and keeps its
    failures. Raises KeyError for a function without grants.
    """
    for name, needed in also.items():
        statements = [_writes_log(name), *needed, *GRANTS[name]]
        template["Resources"][role_of(name)] = _role(statements)
        template["Resources"][log_of(name)] = {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": 30},
        }
        properties: dict[str, Any] = template["Resources"][name]["Properties"]
        properties["Role"] = {"Fn::GetAtt": [role_of(name), "Arn"]}
        # Named here and not by the function's name, so that the role can say which log it is.
        properties["LoggingConfig"] = {"LogGroup": {"Ref": log_of(name)}}


def _role(statements: list[Statement]) -> dict[str, Any]:
    assume = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [assume]},
            "Policies": [
                {
                    "PolicyName": "what-it-does",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    }


def _writes_log(function: str) -> Statement:
    return {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [{"Fn::GetAtt": [log_of(function), "Arn"]}],
    }
