"""Tidings: news feeds in, attributed facts out. Start reading at `tidings.records` (the contract) and `functions/`."""

__version__ = "0.1.0"
