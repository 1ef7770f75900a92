"""Archives into the pipeline, at a bounded rate, with a progress bar, and on from where the last attempt stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidings.ids import DocumentId, digest
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.bootstrap import Resources
    from tidings.deployed import Deployed
    from tidings.ports.blobs import Blobs
    from tidings.ports.queue import Sender

KEPT_EVERY = 50
"""Documents after which the place is written down: so many are sent twice after a crash, which harms nothing."""


@dataclass
class Pace:
    """Lets through `rate` things a second, evenly; None: at once."""

    rate: float | None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0

    def wait(self) -> None:
        """Wait for one's turn."""
        if self.rate is None:
            return
        now = self.clock()
        if self._next > now:
            self.sleep(self._next - now)
        self._next = max(self._next, now) + 1 / self.rate


class Place:
    """How far an archive has been read, in a file of the home folder."""

    def __init__(self, home: Path, name: str) -> None:
        self._name = name
        self._file = home / "ingest" / f"{digest(name)}.json"
        self.last = int(json.loads(self._file.read_text())["place"]) if self._file.exists() else 0

    def keep(self, place: int) -> None:
        """Write the place down."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps({"archive": self._name, "place": place}))
        part.replace(self._file)
        self.last = place

    def forget(self) -> None:
        """Begin anew next time."""
        self._file.unlink(missing_ok=True)
        self.last = 0


def archives(source: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Iterate over the archives that a source names: a file, or all under an s3:// URL."""
    from tidings.bootstrap import objects
    from tidings.fetch.archives import is_archive

    if source.startswith("s3://"):
        yield from ((name, body) for name, body in objects(source) if is_archive(name))
    else:
        with Path(source).open("rb") as file:
            yield str(Path(source).absolute()), file


def backfill(
    settings: Settings, sources: list[str], *, rate: float | None, anew: bool, stack: str | None, workers: int
) -> list[DocumentId]:
    """Send every document of the archives to clean; locally, work them off meanwhile. Return those of the local store.

    Raises:
        BadInput: an archive cannot be read; what came before it is sent, and its place kept.
    """
    from tidings.bootstrap import clock_of, resources
    from tidings.cli.progress import StageProgress
    from tidings.deployed import deployed
    from tidings.fetch.archives import read, send
    from tidings.local.runner import LocalRunner

    home = settings.home or Path(".tidings")
    blobs, queue = on_aws(deployed(stack)) if stack else on_this_machine(resources("fetch"))
    pace, sent = Pace(rate), list[DocumentId]()
    console = Console(stderr=True)
    runner = nullcontext() if stack else LocalRunner(settings, workers=workers)
    with runner as running:
        for source in sources:
            for name, file in archives(source):
                place = Place(home, f"{stack or ''} {name}")
                if anew:
                    place.forget()
                if place.last:
                    click.echo(f"{name}: on from record {place.last} (--anew begins again)", err=True)
                found = read(name, file, now=clock_of(settings)(), max_bytes=settings.max_body_bytes, after=place.last)
                with _bar(console, name) as count:
                    last = place.last
                    try:
                        for number, archived in enumerate(found, 1):
                            pace.wait()
                            sent.append(send(archived, blobs, queue))
                            last = archived.place
                            count(number)
                            if number % KEPT_EVERY == 0:
                                place.keep(last)
                                if running is not None:
                                    running.keep_alive()
                    finally:
                        # An archive that ends in the middle, and Ctrl-C: go on from here.
                        if last != place.last:
                            place.keep(last)
                place.forget()
        if running is not None:
            with StageProgress(console) as bar:
                running.run_until_idle(bar.show)
    if stack:
        click.echo(f"sent {len(sent)} document{'s' if len(sent) != 1 else ''} to the clean queue of stack {stack}")
        return []
    return sent


class _bar:  # noqa: N801 - used as a context manager only
    def __init__(self, console: Console, name: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._console, self._name, self._count = console, name, 0
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)

    def __enter__(self) -> Callable[[int], None]:
        self._progress.start()
        self._task = self._progress.add_task(Path(self._name).name, total=None)
        return self._show

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        if not self._console.is_terminal:
            self._console.print(f"{self._name}: {self._count} documents sent", highlight=False, soft_wrap=True)

    def _show(self, number: int) -> None:
        self._count = number
        self._progress.update(self._task, completed=number)


def on_this_machine(parts: Resources) -> tuple[Blobs, Sender]:
    """Return blobs and clean queue of the embedded store."""
    return parts.blobs, parts.queues.clean


def on_aws(stack: Deployed) -> tuple[Blobs, Sender]:
    """Return blobs and clean queue of a stack."""
    return stack.blobs, stack.queue("CleanQueue")
