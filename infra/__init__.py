"""Build scripts: they run on a developer's machine, never in a Lambda."""
