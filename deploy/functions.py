"""The app's functions and routes, as Chalice describes them in a SAM template."""

import importlib
import json
from typing import Any, TypeAlias

from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, InjectDefaults, SwaggerBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import PackageOptions, ResourceBuilder, SAMTemplateGenerator

from deploy.wheels import Architecture
from local.state import ROOT

Template: TypeAlias = dict[str, Any]

API = "APIHandler"
"""The logical name of the function behind all routes."""


def described(stage: str, architecture: Architecture, code: str) -> Template:
    """Chalice's template, with each function's code at the given place.

    Chalice's own packager is left out: it goes on without a wheel it cannot find. So are its
    roles, of which it can make but one for all functions without a file for each.
    """
    config = Config(
        chalice_stage=stage,
        user_provided_params={
            "chalice_app": importlib.import_module("app").app,
            "lambda_architecture": architecture,
            "project_dir": str(ROOT),
        },
        config_from_disk=_settings(stage),
    )
    steps: list[BaseDeployStep] = [
        InjectDefaults(),
        _CodeElsewhere(code),
        SwaggerBuilder(CFNSwaggerGenerator()),
    ]
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps))
    resources = builder.construct_resources(config, stage)
    return SAMTemplateGenerator(config, _Principals()).generate(resources)


def service(stage: str) -> str:
    """What a stage's own metrics carry beside their name: stages of one account count apart."""
    return f"aftercare-{stage}"


def _settings(stage: str) -> dict[str, Any]:
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())
    settings["environment_variables"]["POWERTOOLS_SERVICE_NAME"] = service(stage)
    return settings


def names(template: Template) -> list[str]:
    """The logical names of a template's functions."""
    return sorted(
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    )


class _CodeElsewhere(BaseDeployStep):
    """Names the code instead of packing it."""

    def __init__(self, code: str) -> None:
        self._code = code

    def handle_deploymentpackage(self, config: Config, resource: Any) -> None:  # noqa: ARG002 - Chalice's signature
        resource.filename = self._code


class _Principals(PackageOptions):
    """The services' names, which Chalice would otherwise ask of a session and its region."""

    def __init__(self) -> None:
        pass

    def service_principal(self, service: str) -> str:
        return f"{service}.amazonaws.com"
