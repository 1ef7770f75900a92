"""From publish to a webhook on this machine: through the bus, the watch queue and the watch function."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler

import pytest
from asking import Api

from tidings.bootstrap import embedded_queue, resources
from tidings.local.delivery import deliver, load_handler
from tidings.local.server import LocalServer
from tidings.local.wiring import read_wiring
from tidings.messages import TellWatches


class Hook:
    """A webhook that keeps what it gets; `statuses` are its answers, one after the other, then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[Message, bytes]] = []
        self.statuses: list[int] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.got.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(hook.statuses.pop(0) if hook.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = LocalServer(Handler).start()
        self.url = f"{self.server.base_url}/hook"


@pytest.fixture
def hook(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("TIDINGS_ALLOW_LOOPBACK", "true")
    resources.cache_clear()
    made = Hook()
    yield made
    made.server.close()


def work_off() -> int:
    """Run the watch function until its queue has nothing to give now; return how many messages it got."""
    wiring = read_wiring()
    spec = wiring.function("WatchFunction")
    queue = embedded_queue(resources("query").settings, "WatchQueue", 5)
    done = 0
    while (delivered := deliver(spec, queue, load_handler(spec), 60)) is not None:
        done += delivered.done
    return done


def test_a_new_event_and_its_change_are_told_to_the_webhook_of_a_watch_that_they_pass(api: Api, hook: Hook) -> None:
    made = api.ask("POST", "/v1/watches", {"name": "Chad", "query": {"recipient": ["TCD"]}, "webhook": hook.url})
    api.ask("POST", "/v1/watches", {"name": "Peru", "query": {"actor": ["PER"]}, "webhook": hook.url})
    api.tell("one", bus=api.tools.bus)
    api.tell("two", bus=api.tools.bus)
    assert work_off() == 4  # two notices, each for one of the two watches
    kinds = [json.loads(body)["type"].rsplit(".", 2)[1] for _, body in hook.got]
    assert kinds == ["published", "updated"]
    assert [json.loads(body)["data"]["mention_count"] for _, body in hook.got] == [2, 2]
    headers, body = hook.got[0]
    key = base64.b64decode(made.json["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert headers["content-type"] == "application/json"


def test_a_notice_that_the_webhook_did_not_take_waits_on_the_queue_for_its_next_try(api: Api, hook: Hook) -> None:
    hook.statuses = [500]
    api.ask("POST", "/v1/watches", {"name": "Chad", "webhook": hook.url})
    api.tell("one", bus=api.tools.bus)
    work_off()
    waiting = embedded_queue(resources("query").settings, "WatchQueue")
    (left,) = waiting.peek()
    assert TellWatches.model_validate_json(left.body).attempt == 1
    assert len(hook.got) == 1


def test_the_bus_keeps_what_it_was_told_as_cloud_events(api: Api, hook: Hook) -> None:
    api.tell("one", bus=api.tools.bus)
    (notice,) = api.tools.bus.notices()  # type: ignore[attr-defined]
    (event,) = api.get("/v1/events").json["events"]
    assert notice.detail["subject"] == event["event_id"]
    assert notice.detail["data"]["mentions"][0]["selector"]["exact"] == "Norway sent help to Chad."
