"""The whole pipeline on this machine: `run` on the bundled feeds, `ingest` on pages and feeds of your own."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidings import ids, keys
from tidings.cli import lines
from tidings.cli.article_lines import article_in
from tidings.cli.moments import Moment
from tidings.cli.progress import StageProgress
from tidings.errors import BadInput, BadUsage
from tidings.ids import ArticleId, CorrelationId, DocumentId, FeedId
from tidings.messages import PollFeed
from tidings.records import BACKGROUND_TYPES, CanonicalEvent, FeedStatus, RawDocument
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.bootstrap import Resources
    from tidings.local.bundled import BundledServer
    from tidings.local.runner import Progress

POLL_EVERY_S = 30
MOST_SHOWN = 1000
"""Events in the table at the end of a run; `tidings events` shows the others."""
BUNDLED_CLOCK = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)
"""The bundled feeds are of this moment; while they are read the clock stands still, and every run gives the same store."""


@click.command()
@click.argument("feeds", nargs=-1)
@click.option("--once", is_flag=True, help="Exit after the table (for scripts).")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="Of API and page; 0: any.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes for each stage.")
@click.pass_obj
def run(settings: Settings, feeds: tuple[str, ...], once: bool, port: int, workers: int) -> None:
    """Run the whole pipeline locally, show the events, then serve API and page until Ctrl-C.

    With no FEEDS it reads the bundled ones, served by this command from 127.0.0.1 as they stood on 13 June 2025.
    Feeds given by URL, and all that were added before, are followed with the real clock, and polled again while the command
    runs; a site's URL stands for the feed that it names.

    \b
      tidings run
      tidings run https://example.org/feed.xml --port 9000
    """  # noqa: D301 - click reads \b as a sign
    if feeds:
        _follow(settings, feeds, once=once, port=port, workers=workers)
        return
    from tidings.local.bundled import serve_bundled

    with serve_bundled() as server:
        bundled = _read_bundled(settings, server, workers)
        _follow(settings, (), once=once, port=port, workers=workers, apart=bundled)


def _read_bundled(settings: Settings, server: BundledServer, workers: int) -> frozenset[FeedId]:
    """Work off the bundled feeds and nothing else, at the moment that they are of; return them.

    Only then, and only on its one port, may this machine be asked: a feed of a stranger may name any address.
    """
    from tidings.bootstrap import embedded
    from tidings.fetch.registry import add_feed
    from tidings.fetch.stage import schedule_due
    from tidings.local.runner import LocalRunner

    clock = settings.clock or BUNDLED_CLOCK
    settings = settings.model_copy(update={"loopback_port": server.port, "clock": clock})
    parts = embedded(settings, "fetch")
    bundled = frozenset(add_feed(parts.store, url, now=clock, allow_loopback=True).feed_id for url in server.feeds)
    with LocalRunner(settings, workers=workers) as runner, StageProgress() as bar:
        parts.leases.sweep()
        schedule_due(clock, store=parts.store, feeds_queue=parts.queues.feeds, wanted=lambda feed: feed in bundled)
        _explain(settings, runner.run_until_idle(bar.show))
    return bundled


def _follow(
    settings: Settings,
    feeds: Sequence[str],
    *,
    once: bool,
    port: int,
    workers: int,
    apart: frozenset[FeedId] = frozenset(),
) -> None:
    """Follow feeds, and all others that are followed already but those `apart`; show the events and serve."""
    from tidings.bootstrap import resources
    from tidings.cli.ask import collect
    from tidings.fetch.registry import add_feed
    from tidings.fetch.stage import schedule_due
    from tidings.local.runner import LocalRunner
    from tidings.query.filters import EventQuery

    parts = resources("fetch")
    for url in feeds:
        add_feed(parts.store, url, now=parts.clock(), discover=True, allow_loopback=settings.allow_loopback)

    def schedule() -> int:
        return schedule_due(
            parts.clock(), store=parts.store, feeds_queue=parts.queues.feeds, wanted=lambda feed: feed not in apart
        )

    def show() -> None:
        _name_moved_feeds(parts, feeds)
        _name_failing_feeds(parts)
        _show_events(collect(EventQuery(), MOST_SHOWN))

    parts.leases.sweep()
    due = schedule()
    if once and apart and not due:
        show()
        return
    with LocalRunner(settings, workers=workers) as runner:
        if due or not apart:
            with StageProgress() as bar:
                _explain(settings, runner.run_until_idle(bar.show))
        show()
        if once:
            return
        with _serving(port) as url:
            click.echo(f"API and page: {url}  (Ctrl-C stops)")
            with suppress(KeyboardInterrupt):  # the ordinary way to end it, no failure
                while True:
                    time.sleep(POLL_EVERY_S)
                    schedule()
                    runner.keep_alive()


def _show_events(events: Sequence[CanonicalEvent]) -> None:
    from tidings.cli.tables import print_table

    shown = [event for event in events if event.type not in BACKGROUND_TYPES]
    print_table(shown)
    if rest := [event.type for event in events if event.type in BACKGROUND_TYPES]:
        click.echo(f"and {len(rest)} outside PLOVER's types: tidings events --type {'|'.join(sorted(set(rest)))}")


class _serving:  # noqa: N801 - used as a context manager only
    def __init__(self, port: int) -> None:
        self._port = port

    def __enter__(self) -> str:
        from tidings.local.apigw import serve_api

        try:
            self._server = serve_api("127.0.0.1", self._port)
        except OSError:
            self._server = serve_api("127.0.0.1", 0)  # the port is taken: any free one will do, it is printed
        return f"http://127.0.0.1:{self._server.port}/"

    def __exit__(self, *_: object) -> None:
        self._server.close()


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--fetched-at", type=Moment(), help="When FILEs were fetched; relative bylines hang on it [default: now].")
@click.option("--page", is_flag=True, help="Take a front page or list itself, not the feed that it names.")
@click.option("--url", help="The page's address (for FILEs of HTML or text) [default: the file's own].")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv", "geojson"]),
    default="table",
    show_default=True,
)
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes for each stage.")
@click.option("--rate", type=click.FloatRange(min=0.01), help="Documents a second, of archives [default: no bound].")
@click.option("--anew", is_flag=True, help="Begin archives again instead of going on from where they stopped.")
@click.option("--stack", help="Send archives to a stack on AWS; its functions work them off.")
@click.pass_obj
def ingest(
    settings: Settings,
    sources: tuple[str, ...],
    fetched_at: datetime | None,
    page: bool,
    url: str | None,
    form: str,
    workers: int,
    rate: float | None,
    anew: bool,
    stack: str | None,
) -> None:
    """Put pages, feeds or files through the pipeline and print their events.

    SOURCES are URLs of feeds or pages, files of HTML or plain text, files of JSON lines {"id", "text", "published",
    "modified"?, "fetched_at"?, "title"?, "outlet"?, "url"?} whose texts are articles already (of two versions of one the
    one fetched last speaks), or archives: WARC files, and what lies under an s3:// URL (WARC, and JSON lines with "html"
    or "text"). A site's front page, or a list of its stories, stands for the feed that it names. Archives are cleaned like
    any page; interrupted, they are gone on with.

    \b
      tidings ingest https://example.org/feed.xml
      tidings ingest page.html --url https://example.org/page.html --fetched-at 2025-06-13T20:00:00Z
      tidings ingest CC-NEWS-20250613.warc.gz --rate 20
      tidings ingest s3://my-archive/2025/ --rate 50 --stack tidings
    """  # noqa: D301 - click reads \b as a sign
    from tidings.bootstrap import resources
    from tidings.cli.ask import show
    from tidings.cli.backfill import backfill
    from tidings.fetch.archives import LINES, WARC
    from tidings.query.told import articles_of, documents_of, events_of

    bulk = [
        s
        for s in sources
        if s.startswith("s3://") or s.endswith(WARC) or (s.endswith(LINES) and (stack or rate or s.endswith(".gz")))
    ]
    if stack and len(bulk) != len(sources):
        raise BadUsage("--stack takes archives: s3:// URLs, .warc and .jsonl files; add feeds through the API")
    parts = resources("fetch")
    now = fetched_at or parts.clock()
    known = _dead_letters(settings)
    feeds: list[FeedId] = []
    documents: list[DocumentId] = []
    articles: list[ArticleId] = []
    if bulk:
        documents.extend(backfill(settings, bulk, rate=rate, anew=anew, stack=stack, workers=workers))
        if stack:
            return
    for source in (s for s in sources if s not in bulk):
        if "://" in source:
            feeds.append(_send_url(source, parts, discover=not page))
        elif (path := Path(source)).suffix in (".jsonl", ".ndjson"):
            articles.extend(_send_articles(path, now, parts))
        else:
            documents.append(_send_file(path, url, now, parts))
    if feeds or articles or len(bulk) < len(sources):
        drain(settings, workers=workers)
    _name_feeds_read(parts, feeds)
    if len(documents) > MOST_SHOWN:
        click.echo(f"{len(documents):,} documents are in; tidings events shows what they tell of")
        return
    documents.extend(documents_of(parts.store, feeds))
    articles.extend(articles_of(parts.store, documents))
    show(events_of(parts.store, articles), form)
    new = {key: reason for key, reason in _dead_letters(settings).items() if key not in known}
    if new:
        raise BadInput("; ".join(sorted(new.values())))


def drain(settings: Settings, *, workers: int = 1) -> None:
    """Run the local runner with a progress line for each stage until every queue is empty."""
    from tidings.local.runner import LocalRunner

    with LocalRunner(settings, workers=workers) as runner, StageProgress() as bar:
        runner.run_until_idle(bar.show)


# ---------------------------------------------------------------- what goes in


def _send_url(url: str, parts: Resources, *, discover: bool) -> FeedId:
    from tidings.fetch.addresses import target_of

    target_of(url, allow_loopback=parts.settings.allow_loopback)
    identity = ids.feed_id(url)
    correlation = CorrelationId(ids.digest(identity, parts.clock().isoformat()))
    message = PollFeed(feed_id=identity, url=url, once=True, correlation_id=correlation, discover=discover)
    parts.queues.feeds.send([message.model_dump_json()])
    return identity


def _send_file(path: Path, url: str | None, now: datetime, parts: Resources) -> DocumentId:
    from tidings.fetch.documents import send_document, store_document

    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    if len(body) > parts.settings.max_body_bytes:
        raise BadInput(f"{path}: {len(body):,} bytes, the limit is {parts.settings.max_body_bytes:,}")
    address = url or path.absolute().as_uri()
    identity = ids.document_id(address, body)
    record = RawDocument(
        document_id=identity,
        url=address,
        content_type=mimetypes.guess_type(path.name)[0] or "text/html",
        fetched_at=now,
        correlation_id=CorrelationId(identity),
    )
    store_document(record, body, parts.blobs)
    send_document(record, parts.queues.clean)
    return identity


def _send_articles(path: Path, now: datetime, parts: Resources) -> Iterator[ArticleId]:
    from tidings.clean.stage import article_message, record_article

    for number, row in lines.objects(lines.read_text(path), str(path)):
        article = article_in(row, f"{path}, line {number}", now=now)
        record_article(article, parts.blobs, parts.store)
        parts.queues.extract.send([article_message(article, CorrelationId(article.article_id))])
        yield article.article_id


# ---------------------------------------------------------------- what comes out


def _dead_letters(settings: Settings) -> dict[str, str]:
    from tidings.batch import REASON
    from tidings.bootstrap import DEAD_LETTER_QUEUES, embedded_queue

    letters = (letter for name in set(DEAD_LETTER_QUEUES.values()) for letter in embedded_queue(settings, name).peek())
    return {letter.message_id: letter.attributes.get(REASON, "failed every time it was tried") for letter in letters}


def _explain(settings: Settings, final: Mapping[str, Progress]) -> None:
    if any(progress.dead for progress in final.values()):
        for reason in sorted(set(_dead_letters(settings).values())):
            click.echo(f"set aside: {reason}  (tidings dlq list)", err=True)


def _name_feeds_read(parts: Resources, feeds: Iterable[FeedId]) -> None:
    for identity in feeds:
        if (named := parts.store.get(keys.feed_named(identity))) is not None:
            click.echo(f"read the feed that the page names: {named.body['url']}  (--page reads the page itself)", err=True)


def _name_moved_feeds(parts: Resources, urls: Iterable[str]) -> None:
    from tidings.fetch.registry import get_feed

    for url in urls:
        if (now := get_feed(parts.store, ids.feed_id(url)).url) != url:
            click.echo(f"{url} is followed as {now}", err=True)


def _name_failing_feeds(parts: Resources) -> None:
    from tidings.fetch.registry import all_feeds

    for feed in all_feeds(parts.store):
        if feed.status in (FeedStatus.FAILING, FeedStatus.GONE):
            click.echo(f"{feed.status.value}: {feed.url}: {feed.reason}", err=True)
