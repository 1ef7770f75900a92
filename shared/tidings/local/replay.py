"""Rebuild the facts from what was fetched, beside the store in use, and put them in its place at one stroke.

A home folder within the home folder has a store and queues of its own and the same blobs. The pipeline works off all raw
documents there, and the articles that came without one. Then the store in use takes the new facts over in one transaction.
Until then it answers as before; a replay that is broken off leaves it as it was.

A stack on AWS does the same with a second table: `tidings.replaying.on_aws`.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tidings import keys
from tidings.bootstrap import adopt_facts, embedded
from tidings.clean.stage import article_message, record_article
from tidings.errors import BadUsage, Unavailable
from tidings.ids import CorrelationId
from tidings.replaying.stored import clean_again, lone_articles
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
        bodies = [clean_again(key) for key in live.blobs.keys(keys.DOCUMENTS)]
        new.queues.clean.send(bodies)
        lone = 0
        for article in lone_articles(live.blobs.keys(keys.ARTICLES), live.store, live.blobs):
            record_article(article, new.blobs, new.store)
            new.queues.extract.send([article_message(article, CorrelationId(article.article_id))])
            lone += 1
        run(beside)
        adopt_facts(settings, settings.home / FOLDER)
    return len(bodies) + lone


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
