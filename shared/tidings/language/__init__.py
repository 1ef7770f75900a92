"""The language model's run-time: a small transformer that reads tags, parse, sentences and names, in NumPy."""
