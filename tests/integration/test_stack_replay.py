"""A stack on AWS reads everything again, in the table in use; AWS is moto in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from tidings import ids, keys
from tidings.bootstrap import Deployed, deployed
from tidings.clean.stage import record_article
from tidings.cli.article_lines import article_in
from tidings.cli.main import cli
from tidings.documents import as_blob
from tidings.ids import CorrelationId
from tidings.records import RawDocument

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
KEYS = ("PK", "SK")
TEMPLATE = {
    "Resources": {
        "FactsTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
                "KeySchema": [{"AttributeName": KEYS[0], "KeyType": "HASH"}, {"AttributeName": KEYS[1], "KeyType": "RANGE"}],
            },
        },
        "RawBucket": {"Type": "AWS::S3::Bucket"},
        "CleanQueue": {"Type": "AWS::SQS::Queue"},
        "ExtractQueue": {"Type": "AWS::SQS::Queue"},
    }
}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        boto3.client("cloudformation").create_stack(StackName="news", TemplateBody=json.dumps(TEMPLATE))
        yield deployed("news")


def test_documents_and_all_versions_of_lone_articles_go_to_the_live_queues(stack: Deployed) -> None:
    identity = ids.document_id("https://example.org/a", b"<p>news")
    page = RawDocument(
        document_id=identity,
        url="https://example.org/a",
        content_type="text/html",
        fetched_at=NOW,
        correlation_id=CorrelationId("c"),
    )
    stack.blobs.put_if_absent(keys.document_blob(identity), as_blob(page, b"<p>news"))
    versions = [article_in({"id": "x", "text": text}, "rows", now=NOW) for text in ("Forty trucks left.", "Fifty did.")]
    of_document = versions[0].model_copy(update={"article_id": ids.given_article_id("y"), "document_id": identity})
    for article in [*versions, of_document]:
        record_article(article, stack.blobs, stack.store)
    done = CliRunner().invoke(cli, ["replay", "--stack", "news"])
    assert (done.exit_code, done.stderr) == (0, "3 documents sent to news; its functions work them off\n")
    sent = {
        name: [json.loads(message.body) for message in stack.queue(name).receive(10, 1)]
        for name in ("CleanQueue", "ExtractQueue")
    }
    assert [message["document_id"] for message in sent["CleanQueue"]] == [identity]
    assert sorted(message["blob_key"] for message in sent["ExtractQueue"]) == sorted(
        keys.article_blob(article.article_id, article.version) for article in versions
    )
