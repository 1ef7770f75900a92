"""Measure the pipeline on the dev parts, from raw text, and write the scores into the model card."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from models.convert import convert_names, convert_parse
from models.sources import NAME_SOURCES, TREEBANKS

Scores = dict[str, dict[str, float]]

_PARSE_COLUMNS = ("tag_acc", "pos_acc", "morph_acc", "dep_uas", "dep_las", "lemma_acc", "sents_f")
_NAME_COLUMNS = ("ents_p", "ents_r", "ents_f")
_PARSE_PIPES = ("tok2vec", "tagger", "morphologizer", "parser", "lemmatizer")
_BEGIN, _END = "<!-- scores: written by models/evaluate.py -->", "<!-- end of scores -->"


def measure(nlp: Language, data: Path) -> Scores:
    """Score every labelled dev part in the data folder, by its folder's name."""
    scores: Scores = {}
    with nlp.select_pipes(enable=list(_PARSE_PIPES)):
        for folder in TREEBANKS:
            docs = convert_parse(data, "dev", treebanks=(folder,)).get_docs(nlp.vocab)
            scores[folder] = _score(nlp, docs, _PARSE_COLUMNS)
    with nlp.select_pipes(enable=["ner"]):
        for source in NAME_SOURCES:
            if (data / source.folder / "dev.jsonl.gz").exists():
                docs = convert_names(data, [(source.folder, 1)], "dev").get_docs(nlp.vocab)
                scores[source.folder] = _score(nlp, docs, _NAME_COLUMNS)
    return scores


def _score(nlp: Language, gold: Iterable[Doc], columns: tuple[str, ...]) -> dict[str, float]:
    # Only the text is handed over: the pipeline's own tokens are aligned with the gold ones.
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in gold]
    result: Mapping[str, Any] = nlp.evaluate(examples)
    return {column: round(100 * float(result[column] or 0), 1) for column in columns}


def words_per_second(nlp: Language, data: Path) -> int:
    """Return the speed of the whole pipeline on raw dev text, on as many threads as it is given."""
    texts = [doc.text for doc in convert_parse(data, "dev", every=3).get_docs(nlp.vocab)]
    list(nlp.pipe(texts[:20]))
    begun = time.perf_counter()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return round(words / (time.perf_counter() - begun))


def tables(scores: Scores) -> str:
    """Return the scores as two Markdown tables."""
    parts = []
    for title, columns in (("Parse", _PARSE_COLUMNS), ("Names", _NAME_COLUMNS)):
        rows = {folder: row for folder, row in scores.items() if columns[0] in row}
        parts.append(f"| {title}: dev part of | " + " | ".join(columns) + " |")
        parts.append("| --- |" + " --- |" * len(columns))
        parts.extend(
            f"| {folder} | " + " | ".join(f"{row[column]:.1f}" for column in columns) + " |" for folder, row in rows.items()
        )
        parts.append("")
    return "\n".join(parts)


def write_card(card: Path, scores: Scores) -> None:
    """Replace what stands between the card's two score marks."""
    before, _, rest = card.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    card.write_text(f"{before}{_BEGIN}\n\n{tables(scores)}\n{_END}{after}", encoding="utf-8")
