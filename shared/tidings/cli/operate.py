"""For the operator: one function alone, the API alone, dead letters, replay, shell completion."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import get_completion_class

from tidings import keys
from tidings.batch import REASON
from tidings.cli import lines
from tidings.errors import BadInput, BadUsage
from tidings.messages import CleanDocument
from tidings.records import RawDocument
from tidings.settings import Settings

QUEUES = ("FeedsQueue", "CleanQueue", "ExtractQueue", "PublishQueue")
STACK = click.option("--stack", help="A stack on AWS instead of this machine's queues.")


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
@click.pass_obj
def api(settings: Settings, host: str, port: int) -> None:
    """Serve the API and the web page from the embedded store until Ctrl-C."""
    from tidings.local.apigw import serve_api

    server = serve_api(host, port)
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
@STACK
@click.pass_obj
def dlq_list(settings: Settings, stack: str | None) -> None:
    """Print the dead letters of all queues as JSON lines {"queue", "reason", "body"}."""
    find = _queues(settings, stack)
    for name in QUEUES:
        for letter in find(_dead_letters(name)).peek():
            reason = letter.attributes.get(REASON, "failed every time it was received")
            lines.write({"queue": name, "reason": reason, "body": letter.body})


@dlq.command()
@click.argument("queue", type=click.Choice(QUEUES, case_sensitive=False))
@STACK
@click.pass_obj
def redrive(settings: Settings, queue: str, stack: str | None) -> None:
    """Put QUEUE's dead letters back on it."""
    find = _queues(settings, stack)
    count = find(_dead_letters(queue)).redrive_to(find(queue))
    click.echo(f"redrove {count} message{'s' if count != 1 else ''} to {queue}")


def _dead_letters(queue: str) -> str:
    return queue.replace("Queue", "DeadLetterQueue")


def _queues(settings: Settings, stack: str | None) -> Callable[[str], Any]:
    """Return what finds a queue by its logical id: in the embedded store, or in a stack on AWS."""
    from tidings.bootstrap import deployed, embedded_queue

    return deployed(stack).queue if stack else partial(embedded_queue, settings)


@click.command()
@click.option("--stack", help="A stack on AWS instead of this machine's store.")
@click.pass_obj
def replay(settings: Settings, stack: str | None) -> None:
    """Rebuild the facts from the stored raw documents, with the model of today."""
    from tidings.bootstrap import deployed, resources
    from tidings.cli.backfill import on_aws, on_this_machine
    from tidings.cli.pipeline import drain

    blobs, clean_queue = on_aws(deployed(stack)) if stack else on_this_machine(resources("fetch"))
    bodies = []
    for key in blobs.keys("documents/"):
        document = RawDocument.model_validate_json(blobs.get(key))
        message = CleanDocument(
            document_id=document.document_id,
            blob_key=keys.document_blob(document.document_id),
            correlation_id=document.correlation_id,
        )
        bodies.append(message.model_dump_json())
    clean_queue.send(bodies)
    click.echo(f"replaying {len(bodies)} documents", err=True)
    if not stack:
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
