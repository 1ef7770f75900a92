"""Run a command, and kill it and all that it started once whoever started this is gone: python guard.py COMMAND.

The starter holds the other end of the standard input, which ends with it, however it ends. It must start this as the leader
of a process group.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> None:
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=lambda: (process.wait(), _end()), daemon=True).start()
    sys.stdin.buffer.read()
    _end()


def _end() -> None:
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
