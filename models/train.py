"""Train one half of the pipeline: `python -m models.train {parse,names} CORPUS_FOLDER OUT_FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

from spacy.cli.init_config import fill_config
from spacy.cli.train import train

import models.augment  # noqa: F401  registers the augmenter that the configs name

CONFIGS = Path(__file__).parent / "configs"


def train_half(half: str, corpus: Path, out: Path) -> None:
    """Train a half on its converted files; spaCy writes `model-best` and `model-last` under `out`."""
    out.mkdir(parents=True, exist_ok=True)
    config = out / f"{half}.filled.cfg"
    fill_config(config, CONFIGS / f"{half}.cfg")  # the checked-in one holds only what we chose
    files = {part: corpus / f"{half}.{part}.spacy" for part in ("train", "dev", "pool")}
    paths = {f"paths.{part}": str(file) for part, file in files.items() if file.exists()}
    train(config, out, overrides=paths)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=("parse", "names"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    train_half(chosen.half, chosen.corpus, chosen.out)
