"""Rebuild the facts from what was fetched, beside the store in use, and put them in its place at one stroke.

A home folder within the home folder has a store and queues of its own and the same blobs. The pipeline works off all raw
documents there, and the articles that came without one. Then the store in use takes the new facts over in one transaction.
Until then it answers as before; a replay that is broken off leaves it as it was.

A stack on AWS has one table and no place beside it: there everything is read again in the table in use (`send_again`).
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tidings import keys
from tidings.bootstrap import Deployed, adopt_facts, embedded
from tidings.clean.stage import article_message, record_article
from tidings.documents import record_at
from tidings.errors import BadUsage, Unavailable
from tidings.ids import CorrelationId
from tidings.messages import CleanDocument
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store
from tidings.records import Article
from tidings.settings import Settings

FOLDER = "replay"
"""Name of the folder in the home folder where facts are rebuilt."""


def replay(settings: Settings, run: Callable[[Settings], None]) -> int:
    """Rebuild all facts; `run` works off the queues of the settings that it is given. Return how many documents were read.

    Raises:
        BadUsage: the settings have no `home`.
        Unavailable: a runner is at work in the home folder.
    """
    if settings.home is None:
        raise BadUsage("replay rebuilds an embedded store (TIDINGS_HOME)")
    beside = settings.model_copy(update={"home": settings.home / FOLDER})
    with _alone(settings.home), _folder(settings.home):
        live, new = embedded(settings, "fetch"), embedded(beside, "fetch")
        bodies = list(document_messages(live.blobs))
        new.queues.clean.send(bodies)
        lone = 0
        for article in lone_articles(live.store, live.blobs):
            record_article(article, new.blobs, new.store)
            new.queues.extract.send([article_message(article, CorrelationId(article.article_id))])
            lone += 1
        run(beside)
        adopt_facts(settings, settings.home / FOLDER)
    return len(bodies) + lone


def send_again(stack: Deployed) -> int:
    """Have a stack on AWS read everything again, in the table in use. Return how many documents and articles were sent.

    Raises:
        NotFound: the stack is none of Tidings.
        Unavailable: AWS does not answer.
    """
    bodies = list(document_messages(stack.blobs))
    stack.queue("CleanQueue").send(bodies)
    articles = []
    for article in lone_articles(stack.store, stack.blobs):
        record_article(article, stack.blobs, stack.store)  # where the blobs are another stack's, the table has it not yet
        articles.append(article_message(article, CorrelationId(article.article_id)))
    stack.queue("ExtractQueue").send(articles)
    return len(bodies) + len(articles)


def document_messages(blobs: Blobs) -> Iterator[str]:
    """Iterate over the messages that have every stored raw document cleaned again, in the order of their fetching."""
    documents = ((record_at(key, blobs), key) for key in blobs.keys(keys.DOCUMENTS))
    for document, key in sorted(documents, key=lambda found: (found[0].fetched_at, found[0].document_id)):
        yield CleanDocument(
            document_id=document.document_id,
            blob_key=key,
            correlation_id=document.correlation_id,
        ).model_dump_json()


def lone_articles(store: Store, blobs: Blobs) -> Iterator[Article]:
    """Iterate over all versions of the articles that came as such: no raw document holds them."""
    for key in blobs.keys(keys.ARTICLES):
        article = Article.model_validate_json(blobs.get(key))
        if article.document_id is None and article.text:
            known = store.get(keys.article(article.article_id))
            if known is not None and known.body["version"] == article.version and (last := known.body.get("fetched_at")):
                # The blob of a version says when it was fetched first, the item when last.
                article = article.model_copy(update={"fetched_at": datetime.fromisoformat(last)})
            yield article


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "runner.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"another tidings is running in {home}; stop it first, then replay") from None
        yield


@contextmanager
def _folder(home: Path) -> Iterator[None]:
    """Make the folder anew, with the blobs of the home folder in it; take it away in the end, whatever happens."""
    folder = home / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    (home / "blobs").mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    (folder / "blobs").symlink_to(Path("..") / "blobs")
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
