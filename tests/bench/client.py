"""Measure the CPU time of a call to AWS: what botocore takes to sign, send and read one, without TLS.

The other end is a process of its own that answers every call with the same small page of a query.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.session import get_session

from tidings.adapters.dynamo_store import DynamoStore

CALLS, ROUNDS = 200, 5
_ITEMS = [
    {"PK": {"S": "BLOCK#x"}, "SK": {"S": f"LEADER#1#m{n:020d}"}, "body": {"S": "{}"}, "version": {"N": "1"}}
    for n in range(4)
]
_BODY = json.dumps({"Items": _ITEMS, "Count": len(_ITEMS), "ScannedCount": len(_ITEMS)}).encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n" % len(_BODY) + _BODY


class _Table(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(_ANSWER)  # at once, or every call waits for an acknowledgement

    def log_message(self, format: str, *args: object) -> None:
        pass


def _serve(told: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Table)
    told.put(server.server_address[1])
    server.serve_forever()


def cpu_ms() -> float:
    """Return the milliseconds of CPU time of a call, the best of some rounds."""
    told: Any = multiprocessing.Queue()
    other = multiprocessing.Process(target=_serve, args=(told,), daemon=True)
    other.start()
    try:
        session = get_session()
        session.set_credentials("x", "x")
        client = session.create_client("dynamodb", region_name="eu-west-1", endpoint_url=f"http://127.0.0.1:{told.get()}")
        store = DynamoStore(client, "facts", "registry")
        took = []
        for _ in range(ROUNDS + 1):
            started = time.process_time()
            for _ in range(CALLS):
                store.query("BLOCK#x", limit=32)
            took.append(1000 * (time.process_time() - started) / CALLS)
        return min(took[1:])
    finally:
        other.terminate()


if __name__ == "__main__":
    print(f"{cpu_ms():.2f} ms of CPU time a call")
