"""How soon and how heavy the page's first view is, over a large store: a real browser, nothing kept from before.

    python -m tests.bench.page --events 100000 --home /tmp/large      (makes the store, or opens the one that is there)

Counted are all bytes that come over the wire, heads of answers included, and the milliseconds from asking for the page until
the cards, the timeline and the map stand. Server and browser share the machine; how long the server's and the page's own
threads were busy tells more where others work on it too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.query import build
from tests.integration.page.conftest import CHROMIUM, FLAGS

CARDS = ("#list .card:not(.ghost)",)
ALL = (*CARDS, ".timeline", ".map")
RUNS = 7
SETTLED_MS = 2_000
"""With each new window Chromium loads pages of its own (what drops down under its address bar), for about a second of
processor time; they are over before ours is asked for, as they are for people."""


def first_view(browser: Browser, address: str) -> tuple[float, ...]:
    """Return ms until the cards and until all stands, ms of server and page at work, bytes over the wire, and requests."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.wait_for_timeout(SETTLED_MS)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[int] = []
    wire.on("Network.loadingFinished", lambda told: received.append(int(told["encodedDataLength"])))
    wire.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    wire.send("Performance.enable")
    start, busy = time.perf_counter(), time.process_time()
    page.goto(address, wait_until="commit")
    for part in CARDS:
        page.locator(part).first.wait_for()
    cards = time.perf_counter() - start
    for part in ALL:
        page.locator(part).first.wait_for()
    stands = time.perf_counter() - start
    page.wait_for_load_state("networkidle")
    served = time.process_time() - busy
    measured = {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}
    context.close()
    return cards * 1000, stands * 1000, served * 1000, measured["TaskDuration"] * 1000, sum(received), len(received)


def main() -> None:
    """Build, look, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    path = given.home / "store.sqlite"
    if not path.exists():
        build(path, given.events)
    os.environ |= {"TIDINGS_HOME": str(given.home), "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    from tidings.local.apigw import serve_api

    server = serve_api("127.0.0.1", 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        first_view(browser, f"http://127.0.0.1:{server.port}/")  # imports and caches of the server
        seen = [first_view(browser, f"http://127.0.0.1:{server.port}/") for _ in range(RUNS)]
        browser.close()
    server.close()
    cards, stands, served, drawn, size, requests = (sorted(values) for values in zip(*seen, strict=True))
    print(f"{given.events:,} events; {RUNS} first views, {requests[-1]:.0f} requests each")
    print(f"over the wire    {size[-1] / 1000:7.1f} kB")
    for name, times in (("cards", cards), ("all", stands), ("server at work", served), ("page at work", drawn)):
        print(f"{name:<16} {statistics.median(times):7.0f} ms median, {times[0]:.0f} to {times[-1]:.0f}")


if __name__ == "__main__":
    main()
