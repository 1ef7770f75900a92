"""Replay: everything that was stored is read again, and its facts take the place of those of before."""
