"""A worker process: one Lambda execution environment, which works off one function's queue.

It reports each batch as a JSON line on its standard output. What the function prints, its structured log, is added to
`log.jsonl` in the home folder (which `tidings trace` reads), and goes to standard error too if the settings say so.
It ends when its parent does, so that killing the runner leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from tidings.bootstrap import embedded_queue
from tidings.errors import TidingsError, Unavailable
from tidings.local.delivery import deliver, load_handler
from tidings.local.log import Log, log_file
from tidings.local.wiring import read_wiring
from tidings.settings import Settings

IDLE_S = 0.05
CANNOT_LOAD = 78
"""Exit status of a worker whose handler cannot be imported (EX_CONFIG of sysexits.h): starting another cannot help."""


def main(function: str, template: str) -> None:
    """Work until the parent process is gone; exit with `CANNOT_LOAD` if there is nothing to work with."""
    reports = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    settings = Settings()
    sys.stdout = Log(log_file(settings), echo=settings.verbose)
    parent = os.getppid()
    wiring = read_wiring(Path(template))
    spec = wiring.function(function)
    limits = wiring.queues[spec.queue or ""]
    queue = embedded_queue(settings, limits.name, limits.max_receive_count)
    try:
        handler = load_handler(spec)
    except TidingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(CANNOT_LOAD)
    while os.getppid() == parent:
        try:
            delivered = deliver(spec, queue, handler, limits.visibility_s)
        except Unavailable:
            delivered = None
        if delivered is None:
            time.sleep(IDLE_S)
        else:
            reports.write(json.dumps({"done": delivered.done, "failed": delivered.failed}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
