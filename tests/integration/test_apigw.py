"""The local API Gateway: HTTP in, genuine REST proxy events to the function, its answers out."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import struct
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tidings.bootstrap import resources
from tidings.errors import Unavailable
from tidings.local.apigw import ADMIN, MAX_REQUEST_BYTES, Keys, serve_api
from tidings.local.lambda_events import api_event
from tidings.local.server import LocalServer

HANDLER = """
import base64, json, time
working = 0

def handler(event, context):
    global working
    path = event["path"]
    if path == "/raise":
        raise RuntimeError("secret")
    if path == "/none":
        return None
    if path == "/bytes":
        body = base64.b64encode(bytes(range(256))).decode()
        return {"statusCode": 200, "isBase64Encoded": True, "body": body, "headers": {"Content-Type": "image/png"}}
    if path == "/cookies":
        return {"statusCode": 204, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    if path == "/alone":
        working += 1
        time.sleep(0.05)
        seen, working = working, working - 1
        return {"statusCode": 200, "body": str(seen)}
    return {"statusCode": 200, "body": json.dumps(event), "headers": {"Content-Type": "application/json"}}
"""

TEMPLATE = """
Resources:
  QueryFunction:
    Type: AWS::Serverless::Function
    Properties: {Handler: echo_handler.handler, Timeout: 29}
"""


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for found, value in self.headers if found.lower() == name.lower()), None)

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def ask(server: LocalServer, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, target, body or None, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A server whose function answers with the event that it got."""
    (tmp_path / "echo_handler.py").write_text(HANDLER, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    server = serve_api("127.0.0.1", 0, tmp_path / "template.yaml")
    yield server
    server.close()
    sys.modules.pop("echo_handler")


def test_a_request_becomes_a_rest_proxy_event(echo: LocalServer) -> None:
    got = ask(echo, "GET", "/v1/events?type=AID&actor=KEN&actor=UGA&empty=", X_Api_Key="k").event
    assert (got["httpMethod"], got["path"]) == ("GET", "/v1/events")
    assert got["queryStringParameters"] == {"type": "AID", "actor": "UGA", "empty": ""}
    assert got["multiValueQueryStringParameters"]["actor"] == ["KEN", "UGA"]
    assert got["headers"]["X-Api-Key"] == "k"
    assert got["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert (got["body"], got["isBase64Encoded"]) == (None, False)


def test_a_body_of_text_arrives_as_text_and_any_other_in_base64(echo: LocalServer) -> None:
    text = ask(echo, "POST", "/v1/feeds", '{"url": "ж"}'.encode()).event
    assert (text["body"], text["isBase64Encoded"]) == ('{"url": "ж"}', False)
    other = ask(echo, "POST", "/v1/feeds", b"\xff\x00").event
    assert (base64.b64decode(other["body"]), other["isBase64Encoded"]) == (b"\xff\x00", True)


def test_an_answer_in_base64_is_sent_as_bytes(echo: LocalServer) -> None:
    answer = ask(echo, "GET", "/bytes")
    assert (answer.body, answer.header("Content-Type")) == (bytes(range(256)), "image/png")


def test_a_header_may_come_several_times(echo: LocalServer) -> None:
    answer = ask(echo, "GET", "/cookies")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_head_is_get_without_the_body(echo: LocalServer) -> None:
    head, get = ask(echo, "HEAD", "/bytes"), ask(echo, "GET", "/bytes")
    assert (head.status, head.body, head.header("Content-Length")) == (200, b"", get.header("Content-Length"))


@pytest.mark.parametrize("path", ["/raise", "/none"])
def test_a_function_that_fails_is_a_bad_gateway_and_tells_nothing(echo: LocalServer, path: str) -> None:
    answer = ask(echo, "GET", path)
    assert answer.status == 502
    assert b"secret" not in answer.body


def test_a_request_that_is_too_large_or_has_no_honest_length_is_refused(echo: LocalServer) -> None:
    assert ask(echo, "POST", "/v1/feeds", Content_Length=str(MAX_REQUEST_BYTES + 1)).status == 413
    assert ask(echo, "POST", "/v1/feeds", Content_Length="-1").status == 413


def test_requests_at_the_same_time_are_answered_one_after_the_other(echo: LocalServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(echo, "GET", "/alone"), range(8)))
    assert {answer.body for answer in answers} == {b"1"}


def test_a_browser_that_goes_away_in_the_middle_of_an_answer_leaves_no_word(
    echo: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", echo.port)) as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset
        browser.sendall(b"GET /alone HTTP/1.1\r\nHost: x\r\n\r\n")
    assert ask(echo, "GET", "/alone").body == b"1"  # its turn comes after that of the other
    assert capsys.readouterr().err == ""


def test_a_taken_port_is_said_plainly(echo: LocalServer, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{echo.port}: .*choose another --port"):
        serve_api("127.0.0.1", echo.port, tmp_path / "template.yaml")


def test_a_closed_server_frees_its_port(tmp_path: Path, echo: LocalServer) -> None:
    first = serve_api("127.0.0.1", 0, tmp_path / "template.yaml")
    first.close()
    second = serve_api("127.0.0.1", first.port, tmp_path / "template.yaml")
    second.close()


@pytest.mark.parametrize(
    ("target", "path"), [("/", "/"), ("", "/"), ("/a%20b?x=%C3%A9", "/a%20b"), ("//twice/x", "//twice/x")]
)
def test_the_path_of_an_event_is_that_of_the_target(target: str, path: str) -> None:
    assert api_event("GET", target, {}, b"", "127.0.0.1")["path"] == path


# ---------------------------------------------------------------- the query function itself


@pytest.fixture
def tidings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    resources.cache_clear()
    server = serve_api("127.0.0.1", 0)
    yield server
    server.close()
    resources.cache_clear()


def test_the_page_the_description_and_the_events_are_served(tidings: LocalServer) -> None:
    page = ask(tidings, "GET", "/")
    assert (page.status, page.header("Content-Type")) == (200, "text/html; charset=utf-8")
    assert ask(tidings, "GET", "/openapi.json").event["openapi"].startswith("3.")
    assert ask(tidings, "GET", "/v1/events").event["events"] == []


def test_an_unknown_path_is_a_problem_document(tidings: LocalServer) -> None:
    answer = ask(tidings, "GET", "/v2/nothing")
    assert (answer.status, answer.header("Content-Type")) == (404, "application/problem+json")


def test_an_answer_that_the_client_has_is_not_sent_again(tidings: LocalServer) -> None:
    etag = ask(tidings, "GET", "/").header("ETag")
    assert etag is not None
    again = ask(tidings, "GET", "/", If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")


def test_a_feed_is_followed_listed_and_let_go(tidings: LocalServer) -> None:
    made = ask(tidings, "POST", "/v1/feeds", b'{"url": "https://example.org/feed.xml"}', Content_Type="application/json")
    assert made.status == 201
    assert [feed["url"] for feed in ask(tidings, "GET", "/v1/feeds").event["feeds"]] == ["https://example.org/feed.xml"]
    assert ask(tidings, "DELETE", f"/v1/feeds/{made.event['feed_id']}").status == 200
    assert ask(tidings, "GET", "/v1/feeds").event["feeds"] == []


# ---------------------------------------------------------------- keys and gzip


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    monkeypatch.setenv("TIDINGS_ADMIN_KEY_ID", ADMIN)
    resources.cache_clear()
    server = serve_api("127.0.0.1", 0, keys=Keys(read="r", admin="a"))
    yield server
    server.close()
    resources.cache_clear()


def test_with_keys_nobody_reads_without_one_and_only_the_administrators_changes_things(keyed: LocalServer) -> None:
    for sent in ({}, {"X_Api_Key": "wrong"}):
        refused = ask(keyed, "GET", "/v1/events", **sent)
        assert (refused.status, refused.header("Content-Type")) == (403, "application/problem+json")
        assert refused.header("Access-Control-Allow-Origin") == "*"  # a page of another site can read why
    assert ask(keyed, "GET", "/").status == ask(keyed, "GET", "/openapi.json").status == 200
    feed = b'{"url": "https://example.org/feed.xml"}'
    for key, read, change in (("r", 200, 403), ("a", 200, 201)):
        assert ask(keyed, "GET", "/v1/events", X_Api_Key=key).status == read
        assert ask(keyed, "POST", "/v1/feeds", feed, X_Api_Key=key, Content_Type="application/json").status == change


def test_a_watchs_feed_is_read_without_a_key_by_whoever_has_its_address(keyed: LocalServer) -> None:
    sent = {"X_Api_Key": "a", "Content_Type": "application/json"}
    feeds = ask(keyed, "POST", "/v1/watches", b'{"name": "Peru"}', **sent).event["feeds"]
    path = feeds["json"].removeprefix(f"http://127.0.0.1:{keyed.port}")
    assert ask(keyed, "GET", path).event["title"] == "Peru"
    assert ask(keyed, "GET", path.replace("/watch-feeds/", "/v1/watches/")).status == 403


def test_a_compressed_answer_depends_on_the_encoding_besides_what_the_function_says(tidings: LocalServer) -> None:
    assert ask(tidings, "GET", "/openapi.json", Accept_Encoding="gzip").header("Vary") == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
def test_large_answers_are_compressed_for_those_who_take_it(tidings: LocalServer, accepted: str, compressed: bool) -> None:
    answer = ask(tidings, "GET", "/openapi.json", Accept_Encoding=accepted)
    body = gzip.decompress(answer.body) if compressed else answer.body
    assert answer.header("Content-Encoding") == ("gzip" if compressed else None)
    assert json.loads(body)["openapi"].startswith("3.1")
    assert ask(tidings, "GET", "/v1/feeds", Accept_Encoding=accepted).header("Content-Encoding") is None
