"""For the operator: one function alone, the API alone, dead letters, replay, shell completion."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from tidings import keys
from tidings.batch import REASON
from tidings.cli import lines
from tidings.errors import BadInput, BadUsage
from tidings.messages import CleanDocument
from tidings.records import RawDocument
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.bootstrap import EmbeddedQueue

QUEUES = ("FeedsQueue", "CleanQueue", "ExtractQueue", "PublishQueue", "WatchQueue")


@click.command()
@click.argument("function")
@click.option(
    "-e", "--event", type=click.Path(path_type=Path, exists=True, allow_dash=True), required=True, help="Event JSON."
)
@click.pass_obj
def invoke(settings: Settings, function: str, event: Path) -> None:
    """Run one Lambda function with one event, as `sam local invoke` does but with no Docker.

    FUNCTION is a logical id of template.yaml or its stage: CleanFunction, clean. Example events are in events/.
    """
    from tidings.local.invoke import invoke as call

    try:
        payload = json.loads(lines.read_text(event))
    except ValueError as error:
        raise BadInput(f"{event}: not JSON: {error}") from None
    click.echo(json.dumps(call(function, payload), ensure_ascii=False, indent=2))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 chooses a free one.")
@click.option("--key", help="Ask for this key (x-api-key) to read.")
@click.option("--admin-key", help="Ask for this key to change feeds and watches.")
@click.pass_obj
def api(settings: Settings, host: str, port: int, key: str | None, admin_key: str | None) -> None:
    """Serve the API and the web page from the embedded store until Ctrl-C.

    Without keys whoever reaches the address may read and change things.
    """
    from tidings.local.apigw import ADMIN, Keys, serve_api

    keyed = key is not None or admin_key is not None
    if keyed:
        settings.model_copy(update={"admin_key_id": ADMIN}).export()
    server = serve_api(host, port, keys=Keys(key, admin_key) if keyed else None)
    click.echo(f"API and page: http://{host}:{server.port}/  (Ctrl-C stops)")
    try:
        while True:
            time.sleep(3600)
    finally:
        server.close()


@click.group()
def dlq() -> None:
    """See and redrive dead letters."""


@dlq.command("list")
@click.pass_obj
def dlq_list(settings: Settings) -> None:
    """Print the dead letters of all queues as JSON lines {"queue", "reason", "body"}."""
    for name in QUEUES:
        for letter in _dead_letters(settings, name).peek():
            reason = letter.attributes.get(REASON, "failed every time it was received")
            lines.write({"queue": name, "reason": reason, "body": letter.body})


@dlq.command()
@click.argument("queue", type=click.Choice(QUEUES, case_sensitive=False))
@click.pass_obj
def redrive(settings: Settings, queue: str) -> None:
    """Put QUEUE's dead letters back on it."""
    count = _dead_letters(settings, queue).redrive_to(queue)
    click.echo(f"redrove {count} message{'s' if count != 1 else ''} to {queue}")


def _dead_letters(settings: Settings, queue: str) -> EmbeddedQueue:
    from tidings.bootstrap import embedded_queue

    return embedded_queue(settings, queue.replace("Queue", "DeadLetterQueue"))


@click.command()
@click.pass_obj
def replay(settings: Settings) -> None:
    """Rebuild the facts from the stored raw documents, with the model of today."""
    from tidings.bootstrap import resources
    from tidings.cli.pipeline import drain

    parts = resources("fetch")
    bodies = []
    for key in parts.blobs.keys("documents/"):
        document = RawDocument.model_validate_json(parts.blobs.get(key))
        message = CleanDocument(
            document_id=document.document_id,
            blob_key=keys.document_blob(document.document_id),
            correlation_id=document.correlation_id,
        )
        bodies.append(message.model_dump_json())
    parts.queues.clean.send(bodies)
    click.echo(f"replaying {len(bodies)} documents", err=True)
    drain(settings)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(tidings completion bash)"."""
    from tidings.cli.main import cli

    found = get_completion_class(shell)
    if found is None:
        raise BadUsage(f"no completion for {shell}")
    click.echo(found(cli, {}, "tidings", "_TIDINGS_COMPLETE").source())
