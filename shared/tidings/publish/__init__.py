"""Publish: mentions in, canonical events out; the result depends on the set of mentions only."""
