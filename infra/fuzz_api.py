"""Ask the API thousands of things that nobody would: schemathesis against the local server, over a store of a few events.

    python -m infra.fuzz_api SCHEMATHESIS [its options]      (`make fuzz-api` calls it so)

Every check of schemathesis is on. The exit status is schemathesis's own: 0 if it finds nothing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import query as bench
from tidings import keys
from tidings.bootstrap import Resources, resources
from tidings.clean.stage import record_article
from tidings.ids import ArticleId, digest
from tidings.local.apigw import ADMIN, Keys, serve_api
from tidings.query.events import find_events
from tidings.query.filters import EventQuery
from tidings.records import Article, Extraction
from tidings.settings import Settings

EVENTS = 300
KEY = "fuzz"


def main(arguments: list[str]) -> int:
    """Make a store, serve it, run schemathesis on it; return its exit status."""
    program, *options = arguments
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bench.build(home / "store.sqlite", EVENTS)
        Settings(home=home, admin_key_id=ADMIN).export()
        _write_articles(resources("query"))
        server = serve_api("127.0.0.1", 0, keys=Keys(read="reader", admin=KEY))
        try:
            address = f"http://127.0.0.1:{server.port}/openapi.json"
            command = [program, "run", address, "--header", f"x-api-key: {KEY}", "--checks", "all", *options]
            return subprocess.run(command, check=False).returncode  # noqa: S603 - the caller's own program
        finally:
            server.close()


def _write_articles(parts: Resources) -> None:
    """Give the events' articles, with a text and spans, so that their route has something to answer with."""
    page = find_events(parts.store, EventQuery(), limit=100)
    for identity in sorted({mention.article_id for event in page.events for mention in event.mentions}):
        article = Article(article_id=ArticleId(identity), version=digest(identity), title="Ships", text="Norway sent ships.")
        record_article(article, parts.blobs, parts.store)
        extraction = Extraction(article_id=identity, model="fuzz", sentences=((0, 18),))
        key = keys.extraction_blob(article.article_id, article.version, extraction.model)
        parts.blobs.put_if_absent(key, extraction.model_dump_json().encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
