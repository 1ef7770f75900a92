"""Adapters: one module for each port and place. Only `tidings.bootstrap` and tests name them."""
