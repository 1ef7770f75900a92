"""Measure a pipeline on the dev parts, and write the scores into the model card."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, Token
from spacy.training import Example

from models.documents import names_documents, parse_documents
from models.sources import NAME_SOURCES, TREEBANKS, Folders

Scores = dict[str, dict[str, float]]

NEWS_GENRES = frozenset({"news", "interview"})
NEWS = "gum, news and interviews"
GIVEN = ", words given"

_PARSE_COLUMNS = ("tag_acc", "pos_acc", "morph_acc", "dep_uas", "dep_las", "lemma_acc", "sents_f")
_NAME_COLUMNS = ("ents_p", "ents_r", "ents_f")
_BEGIN, _END = "<!-- scores: written by models/evaluate.py -->", "<!-- end of scores -->"


def measure(nlp: Language, folders: Folders) -> Scores:
    """Score every labelled dev part that is there, by its folder's name.

    From raw text: the pipeline's own tokens are aligned with the gold ones. The rows with `GIVEN` in their name give it
    the gold words instead, as most published figures do; sentences are the pipeline's own in both.
    """
    scores: Scores = {}
    for folder in TREEBANKS:
        path = folders.treebank(folder, "dev")
        for suffix, make in (("", _raw), (GIVEN, _given)):
            scores[folder + suffix] = _score(nlp, parse_documents(nlp.vocab, path), _PARSE_COLUMNS, make)
            if folder == "gum":
                news = parse_documents(nlp.vocab, path, NEWS_GENRES)
                scores[NEWS + suffix] = _score(nlp, news, _PARSE_COLUMNS, make)
    for source in NAME_SOURCES:
        path = folders.file(source.folder, "dev")
        if path.exists():
            for suffix, make in (("", _raw), (GIVEN, _given)):
                gold = names_documents(nlp.vocab, path)
                scores[source.folder + suffix] = _score(nlp, gold, _NAME_COLUMNS, make)
    return scores


def _raw(nlp: Language, gold: Doc) -> Doc:
    return nlp.make_doc(gold.text)


def _given(nlp: Language, gold: Doc) -> Doc:
    return Doc(nlp.vocab, [word.text for word in gold], [bool(word.whitespace_) for word in gold])


def _score(
    nlp: Language, gold: Iterable[Doc], columns: tuple[str, ...], make: Callable[[Language, Doc], Doc]
) -> dict[str, float]:
    golds = list(gold)
    examples = [Example(doc, golds[n]) for n, doc in enumerate(nlp.pipe(make(nlp, doc) for doc in golds))]
    result: dict[str, Any] = _names(examples) if columns == _NAME_COLUMNS else _parse(examples)
    return {column: round(100 * float(result[column] or 0), 1) for column in columns}


def _names(examples: list[Example]) -> dict[str, Any]:
    return dict(get_ner_prf(examples))


def _parse(examples: list[Example]) -> dict[str, Any]:
    result: dict[str, Any] = Scorer.score_deps(examples, "dep", ignore_labels=("p", "punct"))
    result |= Scorer.score_token_attr(examples, "morph", getter=_morph)
    for attribute in ("tag", "pos", "lemma"):
        result |= Scorer.score_token_attr(examples, attribute)
    return result | Scorer.score_spans(examples, "sents")


def _morph(token: Token, _: str) -> str:
    return str(token.morph)


def words_per_second(nlp: Language, folders: Folders) -> int:
    """Return the speed of the whole pipeline on raw dev text, on as many threads as it is given."""
    texts = [doc.text for doc in parse_documents(nlp.vocab, folders.treebank("gum", "dev"), NEWS_GENRES)]
    list(nlp.pipe(texts[:5]))
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
    """Replace what stands between the card's two score marks; a card that is not there yet gets nothing else."""
    text = card.read_text(encoding="utf-8") if card.exists() else "# Scores\n\n"
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(f"{before}{_BEGIN}\n\n{tables(scores)}\n{_END}{after}", encoding="utf-8")
