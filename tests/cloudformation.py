"""CloudFormation as far as a replay asks it: parameters, conditions and tables of the real template, the tables in moto.

moto's own changes no resource when a condition changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tidings.local.wiring import settled

TABLE = "AWS::DynamoDB::Table"


class CloudFormation:
    """A client that knows one stack. `physical` are the names of its resources; tables that it makes are numbered."""

    def __init__(self, stack: str, template: Mapping[str, Any], physical: Mapping[str, str]) -> None:
        self.meta = SimpleNamespace(region_name="eu-west-1")
        self.parameters = {name: str(body.get("Default", "")) for name, body in template["Parameters"].items()}
        self.physical = dict(physical)
        self.changes: list[dict[str, str]] = []
        self.fails = False
        self._stack = stack
        self._template = template
        self._made = 0
        self._looks_until_done = 0
        self._status = "CREATE_COMPLETE"
        self._make_tables()

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's words
        self._known(StackName)
        self._looks_until_done -= 1
        status = "UPDATE_IN_PROGRESS" if self._looks_until_done >= 0 else self._status
        told = [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()]
        return {"Stacks": [{"StackStatus": status, "Parameters": told, "Capabilities": ["CAPABILITY_IAM"]}]}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_stack_resources"
        return SimpleNamespace(paginate=self._listed)

    def update_stack(
        self,
        *,
        StackName: str,  # noqa: N803
        UsePreviousTemplate: bool,  # noqa: N803
        Parameters: list[dict[str, Any]],  # noqa: N803
        Capabilities: list[str],  # noqa: N803
        RetainExceptOnCreate: bool,  # noqa: N803
    ) -> None:
        self._known(StackName)
        assert UsePreviousTemplate
        assert RetainExceptOnCreate
        assert Capabilities == ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]
        assert {one["ParameterKey"] for one in Parameters} == self.parameters.keys()
        changed = {one["ParameterKey"]: one["ParameterValue"] for one in Parameters if not one.get("UsePreviousValue")}
        if self.parameters | changed == self.parameters:
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": "No updates are to be performed."}}, "UpdateStack"
            )
        self._looks_until_done = 2
        if self.fails:
            self._status = "UPDATE_ROLLBACK_COMPLETE"
            return
        self.changes.append(changed)
        self.parameters |= changed
        self._status = "UPDATE_COMPLETE"
        self._make_tables()

    def _known(self, stack: str) -> None:
        if stack != self._stack:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")

    def _listed(self, StackName: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        self._known(StackName)
        named = [{"LogicalResourceId": k, "PhysicalResourceId": v} for k, v in self.physical.items()]
        yield {"StackResourceSummaries": named}

    def _make_tables(self) -> None:
        dynamodb = boto3.client("dynamodb")
        found = settled(self._template, **self.parameters)["Resources"]
        tables = {name: body["Properties"] for name, body in found.items() if body["Type"] == TABLE}
        for name, properties in tables.items():
            if name not in self.physical:
                self._made += 1
                self.physical[name] = f"{self._stack}-{name}-{self._made}"
                used = ("AttributeDefinitions", "KeySchema", "BillingMode", "DeletionProtectionEnabled")
                dynamodb.create_table(TableName=self.physical[name], **{key: properties[key] for key in used})
            else:
                dynamodb.update_table(
                    TableName=self.physical[name], DeletionProtectionEnabled=properties["DeletionProtectionEnabled"]
                )
        for name in [n for n, b in self._template["Resources"].items() if b["Type"] == TABLE and n not in tables]:
            self.physical.pop(name, None)  # kept, as its DeletionPolicy says, and known no more
