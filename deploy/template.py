"""The template: the one definition of tables and topics, and around each function all it needs."""

from chalice.package import TemplateDeepMerger

from deploy import functions, roles, triggers
from deploy.functions import Template
from deploy.wheels import Architecture
from local.resources import template as definition


def template(stage: str, architecture: Architecture, code: str) -> Template:
    """What CloudFormation makes of a stage, with the functions' code at the given place."""
    made = TemplateDeepMerger().merge(definition(), functions.described(stage, architecture, code))
    roles.give_roles(made, triggers.connect(made))
    made["Parameters"]["Stage"] |= {"Default": stage, "AllowedValues": [stage]}
    made["Resources"]["RestAPI"]["Properties"]["StageName"] = stage
    return made
