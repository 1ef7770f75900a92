"""How botocore's errors become ours."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from tidings.errors import Unavailable


def code_of(error: ClientError) -> str:
    """Return the service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def unavailable(service: str, error: ClientError | BotoCoreError) -> Unavailable:
    """Return the transient error for a call that failed for reasons of the service."""
    return Unavailable(f"{service}: {error}")
