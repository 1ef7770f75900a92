"""Run a command, and when it ends, or whoever started this is gone, kill all that it started and delete its scratch folder:

    python guard.py FOLDER COMMAND…

The starter holds the other end of the standard input, which ends with it, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

LOOK_S = 0.05


def main() -> None:
    scratch, *command = sys.argv[1:]
    # A group of its own, so that this process outlives it.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    starter = threading.Thread(target=sys.stdin.buffer.read, daemon=True)
    starter.start()
    while starter.is_alive() and process.poll() is None:
        time.sleep(LOOK_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    status = process.wait()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(abs(status))  # the thread may be reading still


if __name__ == "__main__":
    main()
