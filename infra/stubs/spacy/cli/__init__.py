"""Stands in for spaCy's command line in the extract package: `import spacy` reads it, and it takes a third of that time."""
