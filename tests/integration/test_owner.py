"""What the owner of a stack types: deploying, asking for the key, destroying; CloudFormation is moto in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.deploy import command, exists, instructions, with_replay
from infra.destroy import Clients, destroy, main
from tidings.errors import BadUsage, NotFound

REGION = "eu-west-1"
STACK = "news"
TEMPLATE = {
    "Resources": {
        "FactsTable": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "Properties": {
                "TableName": "facts",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
                "DeletionProtectionEnabled": True,
            },
        },
        "RegistryTable": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "Properties": {
                "TableName": "registry",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
                "DeletionProtectionEnabled": True,
            },
        },
        "RawBucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "Properties": {"BucketName": "raw", "VersioningConfiguration": {"Status": "Enabled"}},
        },
        "TidingsApi": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}},
    },
    "Outputs": {"ApiUrl": {"Value": "https://x.example/live/"}, "FactsTableName": {"Value": {"Ref": "FactsTable"}}},
}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        made = Clients(boto3.client("cloudformation"), boto3.client("dynamodb"), boto3.client("s3"))
        made.cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(TEMPLATE))
        yield made


def filled(clients: Clients) -> None:
    clients.dynamodb.put_item(TableName="facts", Item={"PK": {"S": "EVENT#1"}})
    # moto makes the bucket without its versioning.
    clients.s3.put_bucket_versioning(Bucket="raw", VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        clients.s3.put_object(Bucket="raw", Key="documents/d1", Body=b"{}")
    clients.s3.delete_object(Bucket="raw", Key="documents/d1")


def test_destroying_a_stack_keeps_its_data(clients: Clients) -> None:
    filled(clients)
    told = list(destroy(STACK, clients, lose_data=False))
    assert told[:2] == ["removed stack news", "kept tables facts, registry and bucket raw"]
    assert not exists(STACK, clients.cloudformation)
    assert clients.dynamodb.scan(TableName="facts")["Count"] == 1
    assert len(clients.s3.list_object_versions(Bucket="raw")["Versions"]) == 2


def test_data_are_lost_when_told_so_old_versions_and_protection_notwithstanding(clients: Clients) -> None:
    filled(clients)
    told = list(destroy(STACK, clients, lose_data=True))
    assert told == ["removed stack news", "deleted table facts", "deleted table registry", "deleted bucket raw"]
    assert clients.dynamodb.list_tables()["TableNames"] == []
    assert clients.s3.list_buckets()["Buckets"] == []


def test_a_stack_that_is_none_of_ours_is_left_alone(clients: Clients, capsys: pytest.CaptureFixture[str]) -> None:
    other = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    clients.cloudformation.create_stack(StackName="shop", TemplateBody=json.dumps(other))
    with pytest.raises(BadUsage, match="none of Tidings"):
        list(destroy("shop", clients, lose_data=True))
    assert exists("shop", clients.cloudformation)
    assert main(["shop"]) == 2
    assert capsys.readouterr().err.startswith("make destroy: stack 'shop' has no table")


def test_a_stack_that_does_not_exist_is_one_clear_line(clients: Clients, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound, match="no stack 'nowhere' in region eu-west-1"):
        list(destroy("nowhere", clients, lose_data=False))
    assert main(["nowhere"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_new_stack_is_asked_for_its_parameters_and_a_known_one_keeps_them() -> None:
    assert command("sam", "news", [], is_new=True) == ["sam", "deploy", "--stack-name", "news", "--guided"]
    assert command("sam", "news", [], is_new=False) == ["sam", "deploy", "--stack-name", "news"]
    chosen = ["--parameter-overrides", "Size=large"]
    assert command("sam", "news", chosen, is_new=True) == ["sam", "deploy", "--stack-name", "news", *chosen]


def test_a_deployment_keeps_what_a_replay_has_made_of_the_parameters() -> None:
    config = """[default.deploy.parameters]\nparameter_overrides = 'Size="large" FactsIn="first" Replay="none"'"""
    kept = ['FactsIn="second"', 'Replay="none"', 'NewsSince=""']
    parameters = {"FactsIn": "second", "Replay": "none", "Size": "large"}
    assert with_replay([], {"FactsIn": "first", "Replay": "none"}, config) == []
    said = ["--parameter-overrides", " ".join(['Size="large" FactsIn="first" Replay="none"', *kept])]
    assert with_replay([], parameters, config) == said
    assert with_replay(["--parameter-overrides", "Size=small", "--no-confirm-changeset"], parameters, config) == [
        "--parameter-overrides",
        "Size=small",
        *kept,
        "--no-confirm-changeset",
    ]
    (rebuilding,) = with_replay([], {"FactsIn": "first", "Replay": "rebuilding", "NewsSince": "T"}, "")[1:]
    assert rebuilding == 'FactsIn="first" Replay="rebuilding" NewsSince="T"'


def test_the_owner_is_told_outputs_key_and_first_commands(clients: Clients) -> None:
    gateway = boto3.client("apigateway")
    names = clients.cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    (api,) = (r["PhysicalResourceId"] for r in names if r["LogicalResourceId"] == "TidingsApi")
    before = list(instructions(STACK, clients.cloudformation, gateway))
    assert any("has no key yet" in line for line in before)
    key = gateway.create_api_key(name="readers", enabled=True)
    plan = gateway.create_usage_plan(name="plan", apiStages=[{"apiId": api, "stage": "live"}])
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    told = "\n".join(instructions(STACK, clients.cloudformation, gateway))
    assert "ApiUrl           https://x.example/live/" in told
    assert f"{key['value']}  (readers)" in told
    assert f"curl -X POST -H 'x-api-key: {key['value']}'" in told
