"""Fetch: feeds and pages in, raw documents out."""
