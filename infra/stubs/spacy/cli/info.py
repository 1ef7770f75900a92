"""The one name that `spacy/__init__.py` imports from its command line."""

from __future__ import annotations

from typing import Never


def info(*_: object, **__: object) -> Never:
    """Say that the command line is not there.

    Raises:
        ImportError: always.
    """
    raise ImportError("spaCy's command line is left out of this package")
