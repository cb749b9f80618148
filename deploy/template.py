"""The template: the one definition of tables and topics, and around each function all it needs."""

from typing import Any

from chalice.package import TemplateDeepMerger

from deploy import alarms, dashboard, functions, gateway, restored, roles, sizes, triggers
from deploy.functions import Template
from deploy.wheels import Architecture
from local.resources import template as definition

_DESCRIBED = {
    "EndpointURL": "Where the API answers without a domain of its own.",
    "DomainTarget": "What the domain's CNAME points to.",
    "EventsTopic": "Everything that happens, for your own systems.",
    "AlertsTopic": "What rings people.",
    "OperatorsTopic": "What goes wrong here.",
    "InboundTopic": "Where SES announces mail that came in.",
    "MailTopic": "Where SES reports what became of a mail.",
    "PhotosTopic": "Where S3 tells of files that were sent as photos.",
    "PhotosBucket": "Photos: as they were sent, and the pictures made of them.",
    "InboxBucket": "Deliveries that wait, and mail as it came in.",
}


def template(stage: str, architecture: Architecture, code: str) -> Template:
    """What CloudFormation makes of a stage, with the functions' code at the given place."""
    made = TemplateDeepMerger().merge(definition(), functions.described(stage, architecture, code))
    made["Parameters"]["Stage"] |= {"Default": stage, "AllowedValues": [stage]}
    sizes.let_choose(made)
    for name in functions.names(made):
        made["Resources"][name]["Properties"] |= sizes.concurrency(name)
    roles.give_roles(made, triggers.connect(made))
    gateway.put_in_front(made, stage)
    dashboard.show(made, stage, alarms.watch(made, stage))
    made["Outputs"] = _outputs(made, stage)
    restored.let_replace(made)
    return made


def _outputs(made: Template, stage: str) -> dict[str, Any]:
    """What an operator needs to know of a stage that runs."""
    url = f"https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{stage}"
    values: dict[str, Any] = {
        "EndpointURL": {"Value": {"Fn::Sub": url}},
        "RestAPIId": {"Value": {"Ref": "RestAPI"}},
        "DomainTarget": {
            "Value": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
            "Condition": "HasDomain",
        },
    }
    shown = ("AWS::DynamoDB::Table", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::S3::Bucket")
    values |= {
        name: {"Value": {"Ref": name}}
        for name, resource in made["Resources"].items()
        if resource["Type"] in shown
    }
    for name, description in _DESCRIBED.items():
        values[name]["Description"] = description
    return values
