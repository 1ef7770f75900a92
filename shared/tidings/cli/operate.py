"""For the operator: one function alone, the API alone, dead letters, shell completion."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import get_completion_class

from tidings.batch import REASON
from tidings.cli import lines
from tidings.errors import BadInput, BadUsage
from tidings.settings import Settings

QUEUES = ("FeedsQueue", "CleanQueue", "ExtractQueue", "PublishQueue", "WatchQueue")
STACK = click.option("--stack", help="A stack on AWS instead of this machine's queues.")


@click.command()
@click.argument("function")
@click.option(
    "-e", "--event", type=click.Path(path_type=Path, exists=True, allow_dash=True), required=True, help="Event JSON."
)
@click.option("--package", is_flag=True, help="Run the package that `make build` made, in a process of its own.")
@click.option(
    "--packages",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of built packages [default: build/packages/ of this machine and Python]; implies --package.",
)
@click.pass_context
def invoke(ctx: click.Context, function: str, event: Path, package: bool, packages: Path | None) -> None:
    """Run one Lambda function with one event, as `sam local invoke` does but with no Docker.

    FUNCTION is a logical id of template.yaml or its stage: CleanFunction, clean. Example events are in events/.
    A package runs under Lambda's own runtime client, with the time and the memory that the function has there; what it
    took is said on standard error, in the words of Lambda's log.
    """
    from tidings.local.invoke import invoke as call

    try:
        payload = json.loads(lines.read_text(event))
    except ValueError as error:
        raise BadInput(f"{event}: not JSON: {error}") from None
    if not package and packages is None:
        click.echo(json.dumps(call(function, payload), ensure_ascii=False, indent=2))
        return
    from tidings.local.packaged import invoke_package

    done = invoke_package(function, payload, packages, verbose=bool(ctx.find_root().params["verbose"]))
    click.echo(json.dumps(done.answer, ensure_ascii=False, indent=2))
    took = f"Duration: {done.duration_ms:.0f} ms  Init Duration: {done.init_ms or 0:.0f} ms"
    click.echo(f"{took}  Max Memory Used: {done.memory_mb} MB", err=True)


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
    from tidings.bootstrap import embedded_queue
    from tidings.deployed import deployed

    return deployed(stack).queue if stack else partial(embedded_queue, settings)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(tidings completion bash)"."""
    from tidings.cli.main import cli

    found = get_completion_class(shell)
    if found is None:
        raise BadUsage(f"no completion for {shell}")
    click.echo(found(cli, {}, "tidings", "_TIDINGS_COMPLETE").source())
