"""Asks for known vulnerabilities of the locked packages; says so if the advisories cannot be had.

Run as `audit.py PIP-AUDIT LOCK`.
Exit status 1: a package that ships has a known vulnerability.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

TIMEOUT_S = 120


def main(program: str, lock: str) -> int:
    """Print a line for each vulnerability, or one that says how many packages were asked about."""
    command = [program, "-r", lock, "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)  # noqa: S603
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        found = []
    asked = [package for package in found if "skip_reason" not in package]
    if not asked:
        print(f"{lock}: not audited: the advisories cannot be had from here")
        return 0
    flaws = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}"
        for package in asked
        for flaw in package["vulns"]
    ]
    print("\n".join([f"{lock}: {len(asked)} of {len(found)} packages audited, {len(flaws)} vulnerabilities", *flaws]))
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
