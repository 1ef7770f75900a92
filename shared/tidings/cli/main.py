"""The `tidings` command: options that all commands share, and errors as one line.

Exit status: 0 done, 1 the work failed, 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tidings import __version__
from tidings.errors import BadUsage, TidingsError
from tidings.settings import Settings

COMMANDS = {
    "run": "tidings.cli.pipeline:run",
    "ingest": "tidings.cli.pipeline:ingest",
    "feeds": "tidings.cli.feeds:feeds",
    "fetch": "tidings.cli.stages:fetch",
    "clean": "tidings.cli.stages:clean",
    "extract": "tidings.cli.stages:extract",
    "publish": "tidings.cli.stages:publish",
    "resolve": "tidings.cli.stages:resolve",
    "events": "tidings.cli.ask:events",
    "watches": "tidings.cli.watches:watches",
    "export": "tidings.cli.ask:export",
    "invoke": "tidings.cli.operate:invoke",
    "api": "tidings.cli.operate:api",
    "dlq": "tidings.cli.operate:dlq",
    "replay": "tidings.cli.replay:replay",
    "trace": "tidings.cli.trace:trace",
    "cost": "tidings.cli.cost:cost",
    "completion": "tidings.cli.operate:completion",
}
"""Command → where it is: a command's module is imported only when it is asked for, which keeps `--help` quick."""


class LazyGroup(click.Group):
    """A group whose commands are imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the pipeline."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="tidings")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder of the embedded store [default: $TIDINGS_HOME or ./.tidings].",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the stages' structured logs on stderr.")
@click.pass_context
def cli(ctx: click.Context, home: Path | None, verbose: bool) -> None:
    """Turn news feeds into attributed facts: who did what to whom, when, where, how many, and who says so.

    \b
    First steps:
      tidings run                          the bundled feeds, end to end, with a page to look at
      tidings ingest https://…/feed.xml    your own feed or page
      tidings events --actor RUS           what the store knows

    \b
    Each stage is a filter on JSON lines:
      tidings fetch URL | tidings clean | tidings extract | tidings publish --print
    """  # noqa: D301 - click reads \b as a sign
    settings = Settings()
    chosen = home or settings.home or Path(".tidings")
    settings = settings.model_copy(update={"home": chosen.absolute(), "verbose": verbose})
    settings.export()
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tidings")
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tidings")
    if not verbose:
        os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
        os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    ctx.obj = settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; every failure is one line on stderr."""
    try:
        status = cli.main(args=arguments, prog_name="tidings", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except click.ClickException as error:
        _complain(error.format_message())
        sys.exit(2 if isinstance(error, click.UsageError) else 1)
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing is wrong, but Python would complain at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except BadUsage as error:
        _complain(str(error))
        sys.exit(2)
    except (TidingsError, OSError) as error:
        _complain(str(error))
        sys.exit(1)
    except Exception as error:
        _complain(f"unexpected {type(error).__name__}: {error} (run with --verbose and report it)")
        if "--verbose" in sys.argv or "-v" in sys.argv:
            raise
        sys.exit(1)


def _complain(text: str) -> None:
    click.echo(f"tidings: {' '.join(text.split())}", err=True)
