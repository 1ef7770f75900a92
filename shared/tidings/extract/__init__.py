"""Extract: an article in, its entities, timexes, quantities, attributions and event mentions out."""
