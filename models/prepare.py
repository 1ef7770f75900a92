"""Turn sets of plain text with spans into rows of tokens: `python -m models.prepare FACTS_FOLDER ROWS_FOLDER`.

A row is what `models.windows` reads. MEANTIME and UDS-IH2 say of some words whether what they tell of happened; MEANTIME
names persons, organisations and places too. Tokens are those of the pipeline, so that training sees what reading sees.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

Told = dict[str, Any]

MEANTIME, UDS = "meantime.dev.jsonl", "uds_ih.dev.jsonl"
_NAMES = {"PER": "PERSON", "ORG": "ORG"}
"""MEANTIME's kinds of which the model has one each; its places may be of three."""
_SURE = 3.0  # UDS-IH2's scale goes from -3 to 3


def prepare(facts: Path, rows: Path) -> None:
    """Write the rows of each set that is there."""
    nlp = spacy.blank("en")
    for name, file, read in (("meantime", MEANTIME, meantime_rows), ("uds_ih", UDS, uds_rows)):
        if (facts / file).exists():
            lines = (facts / file).read_text(encoding="utf-8").split("\n")
            write_rows(rows / name / "train.jsonl.gz", read(nlp, [json.loads(line) for line in lines if line.strip()]))


def write_rows(path: Path, rows: Iterable[Told]) -> None:
    """Write rows; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def row_of(doc: Doc) -> Told:
    """Return a document's words and spacing."""
    return {"tokens": [t.text for t in doc], "spaces": [int(bool(t.whitespace_)) for t in doc]}


def first_word(doc: Doc, start: int, end: int) -> int | None:
    """Return the word that a span of characters begins with; None if it begins in none."""
    return next((t.i for t in doc if t.idx <= start < t.idx + len(t)), None) if start < end else None


def uds_rows(nlp: Language, records: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """Yield a row for each sentence of UDS-IH2."""
    for record in records:
        doc = nlp.make_doc(record["text"])
        happened: list[float | None] = [None] * len(doc)
        for event in record["events"]:
            word = first_word(doc, *event["span"])
            if word is not None:
                happened[word] = round(event["label"] / _SURE, 3)
        yield row_of(doc) | {"happened": happened}


def meantime_rows(nlp: Language, records: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """Yield a row for each sentence of the fully annotated part of MEANTIME."""
    for record in records:
        for start, end in _sentences(record):
            doc = nlp.make_doc(record["text"][start:end])
            if not len(doc):
                continue
            facts: list[str | None] = [None] * len(doc)
            for event in record["events"]:
                fact = _fact(event)
                word = first_word(doc, event["span"][0] - start, event["span"][1] - start)
                if fact and word is not None:
                    facts[word] = fact
            yield row_of(doc) | _names(doc, record, start) | {"facts": facts}


def _sentences(record: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    text = record["text"][: record["annotated_to"]]
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def _fact(event: Mapping[str, Any]) -> str | None:
    if not event.get("full") or not event.get("certainty") or event["cls"] == "SPEECH_COGNITIVE":
        return None
    if event["polarity"] == "NEG":
        return "negated"
    if event["time"] == "FUTURE":
        return "planned"
    return "happened" if event["certainty"] == "CERTAIN" else "possible"


def _names(doc: Doc, record: Mapping[str, Any], start: int) -> Told:
    """Return persons and organisations as names; where another kind of name may stand, nothing is known."""
    found: dict[tuple[int, int], str | None] = {}
    for entity in record["entities"]:
        span = doc.char_span(entity["span"][0] - start, entity["span"][1] - start, alignment_mode="expand")
        if span is None or entity["span"][0] < start or entity["span"][1] - start > len(doc.text):
            continue
        words = list(span)
        while words and words[0].lower_ == "the":
            words = words[1:]
        if words and any(word.text[:1].isupper() for word in words):
            named = entity["syn"] == "NAM" and entity["type"] in _NAMES
            found[words[0].i, words[-1].i + 1] = _NAMES[entity["type"]] if named else None
    names = [[a, b, label] for (a, b), label in found.items() if label]
    taken = {i for (a, b), label in found.items() if label for i in range(a, b)}
    # Capitals outside the names may be names that this set does not mark.
    missing = [[t.i, t.i + 1] for t in doc if t.i not in taken and any(char.isupper() for char in t.text)]
    return {"ents": sorted(_apart(names)), "missing": missing}


def _apart(names: list[list[Any]]) -> Iterator[list[Any]]:
    """Yield the shorter of two names that overlap."""
    taken: set[int] = set()
    for start, end, label in sorted(names, key=lambda name: name[1] - name[0]):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            yield [start, end, label]


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(sys.argv[2]))
