"""Tidings: news feeds in, attributed facts out. Start reading at `tidings.records` (the contract) and `functions/`."""

import os

# The language model's products are small: more threads than one gain little for one article, and where several processes
# or workers run they fight for the cores. NumPy's library reads this once, when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
