"""A stage on CloudFormation, as `aws cloudformation package` and `deploy` make it."""

import json
import time
from collections.abc import Callable
from typing import Any

import boto3

from deploy import Package

LONGEST_SECONDS = 60

_TEMPLATE = "template.json"


class Stack:
    """The stack `aftercare-<stage>` and what is in it."""

    def __init__(self, stage: str) -> None:
        self.name = f"aftercare-{stage}"
        self._code_bucket = f"{self.name}-code"
        self._cloudformation: Any = boto3.client("cloudformation")
        self._s3: Any = boto3.client("s3")
        self._resources: dict[str, str] = {}

    def upload(self, package: Package) -> None:
        """Bring the code to S3, and the template with the place of it there."""
        self._s3.create_bucket(Bucket=self._code_bucket)
        key = package.code.name
        self._s3.upload_file(str(package.code), self._code_bucket, key)
        template = json.loads(package.template.read_text())
        for resource in template["Resources"].values():
            if resource.get("Properties", {}).get("CodeUri") == key:
                resource["Properties"]["CodeUri"] = f"s3://{self._code_bucket}/{key}"
        self._s3.put_object(
            Bucket=self._code_bucket, Key=_TEMPLATE, Body=json.dumps(template).encode()
        )

    def deploy(self, parameters: dict[str, str]) -> float:
        """Make or update the stack by a change set; gives how many seconds it took. Raises
        RuntimeError with CloudFormation's reasons."""
        started = time.monotonic()
        kind = "UPDATE" if self._resources else "CREATE"
        endpoint = self._s3.meta.endpoint_url
        change = self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=kind.lower(),
            ChangeSetType=kind,
            TemplateURL=f"{endpoint}/{self._code_bucket}/{_TEMPLATE}",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
        )["Id"]
        self._settled(lambda: self._cloudformation.describe_change_set(ChangeSetName=change))
        self._cloudformation.execute_change_set(ChangeSetName=change)
        self._settled(self._described)
        self._resources = self._read_resources()
        return time.monotonic() - started

    @property
    def resources(self) -> dict[str, str]:
        """Physical ids by logical ones."""
        return self._resources

    def output(self, name: str) -> str:
        outputs = self._described()["Outputs"]
        return next(one["OutputValue"] for one in outputs if one["OutputKey"] == name)

    def functions(self) -> dict[str, str]:
        """The functions' names by their logical ids."""
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in self._listed()
            if one["ResourceType"] == "AWS::Lambda::Function"
        }

    def role(self, function: str) -> str:
        """The name of the role of a function by its logical id."""
        configuration = boto3.client("lambda").get_function_configuration(
            FunctionName=self.resources[function]
        )
        return configuration["Role"].rpartition("/")[2]

    def _described(self) -> dict[str, Any]:
        return self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]

    def _listed(self) -> list[dict[str, Any]]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(
            StackName=self.name
        )
        return [one for page in pages for one in page["StackResourceSummaries"]]

    def _read_resources(self) -> dict[str, str]:
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in self._listed()}

    def _settled(self, look: Callable[[], dict[str, Any]]) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            found = look()
            status = found.get("StackStatus") or found["Status"]
            if status.endswith("_COMPLETE") and "ROLLBACK" not in status:
                return
            if not status.endswith(("_IN_PROGRESS", "_PENDING")) or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} is {status}: {self._reasons(found)}")
            time.sleep(0.1)

    def _reasons(self, found: dict[str, Any]) -> str:
        said = [found.get("StatusReason"), found.get("StackStatusReason")]
        events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        said += [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
            for one in events
            if one["ResourceStatus"].endswith("_FAILED")
        ]
        return "; ".join(reason for reason in said if reason)
