"""Join the reader and the lemmatizer into the pipeline that ships, and put it in place in one step.

Lemmas come from tables (`models/lemmas.py`), not from training.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.tokenizer import Tokenizer

from tidings.language.heading import Heading
from tidings.language.reader import FACTORY
from tidings.language.tokens import EMPTY

NAME, VERSION = "tidings", "2.2.0"
LICENCE = "CC BY-SA 4.0"
SIZE_LIMIT = 15_000_000  # bytes on disk


class AssemblyError(Exception):
    """The joined pipeline is not fit to ship."""


def join(heading: Heading, numbers: Path, lemmas: Lookups) -> Language:
    """Return the pipeline under the name that ships."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": EMPTY}}})
    made, usual = nlp.tokenizer, spacy.blank("en").tokenizer
    assert isinstance(made, Tokenizer) and isinstance(usual, Tokenizer)  # noqa: S101
    made.from_bytes(usual.to_bytes())
    reader: Any = nlp.add_pipe(FACTORY, name="reader")
    reader.load(heading, numbers)
    lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=lemmas)
    nlp.meta.update(
        name=NAME,
        version=VERSION,
        license=LICENCE,
        description="English for news: Universal Dependencies tags, morphology, lemmas and parse; names.",
        performance={},
    )
    return nlp


def save(nlp: Language, folder: Path) -> None:
    """Write the pipeline without the strings it does not need: what the reader says brings its own."""
    nlp.to_disk(folder)
    (folder / "vocab" / "strings.json").write_text("[]\n", encoding="utf-8")


def size_of(folder: Path) -> int:
    """Return the bytes of all files under the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def analysis(nlp: Language, text: str) -> list[tuple[str, ...]]:
    """Return what the pipeline says of each token."""
    return [
        (word.text, word.tag_, word.pos_, str(word.morph), word.lemma_, word.dep_, str(word.head.i),
         word.ent_iob_, word.ent_type_, str(word.is_sent_start))
        for word in nlp(text)
    ]  # fmt: skip


def assemble(nlp: Language, folder: Path, probes: Iterable[str]) -> None:
    """Write the joined pipeline; check its size, and that it reads the probes as before once loaded again.

    Raises:
        AssemblyError: it is over the size limit, or the loaded copy reads a probe differently.
    """
    save(nlp, folder)
    if size_of(folder) > SIZE_LIMIT:
        raise AssemblyError(f"{size_of(folder):,} bytes, over the limit of {SIZE_LIMIT:,}")
    loaded = spacy.load(folder)
    for probe in probes:
        if analysis(loaded, probe) != analysis(nlp, probe):
            raise AssemblyError(f"the saved pipeline reads this differently: {probe[:80]!r}")


def place(folder: Path, target: Path) -> None:
    """Put a copy of `folder` where `target` is, by renaming: nobody can load half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".model-") as scratch:
        fresh, old = Path(scratch) / "fresh", Path(scratch) / "old"
        shutil.copytree(folder, fresh)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
