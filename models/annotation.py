"""Turn annotated sentences into rows: `python -m models.annotation {events|names} IN… --out FOLDER [--share-kept-aside S]`.

Sentences are annotated as text, for people: a line of JSON each. Of events,

    {"text": "…", "e": [["handed over", "RETREAT", "release", "happened", {"A": ["Russia"], "R": ["Kiev"]}]]}

with trigger, type, mode, fact, and the participants by A(ctor), R(ecipient), O(bject), P(lace), T(ime); of names,

    {"text": "…", "names": [["Kiev", "GPE"]]}

in the order of the text. "word@2" is the second occurrence. A participant becomes its head word, as the shipped pipeline
parses the sentence: what the model learns to point at. Rows of events keep that pipeline's tags and parse too: without them
nothing held the parse in place on the words that tell of events. All arcs are kept. With those at the triggers alone, every
word whose head was told hung on one, and the model hung "in the city" on "bombing".
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, Span

from models.prepare import row_of, write_rows

ROLES = {"A": "actor", "R": "recipient", "O": "object", "P": "place", "T": "time"}
SEED = 0
_NTH = re.compile(r"(.*)@(\d+)", re.DOTALL)


def find(text: str, told: str) -> tuple[int, int] | None:
    """Return where a quoted string stands in the text, as whole words if it can, or None."""
    nth = _NTH.fullmatch(told)
    words, number = (nth[1], int(nth[2])) if nth else (told, 1)
    whole = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
    places = [m.span() for m in re.finditer(re.escape(words), text)]
    found = whole if not nth and whole else places
    return found[number - 1] if len(found) >= number else None


def head_of(span: Span) -> int:
    """Return the word of a span on which all its others hang (the first, where several stand loose)."""
    inside = range(span.start, span.end)
    loose = [word for word in span if word.head.i not in inside or word.head == word]
    return next((word.i for word in loose if not word.is_punct), span.end - 1)


def event_row(doc: Doc, events: Sequence[Sequence[Any]]) -> dict[str, Any] | None:
    """Return a sentence's row; None where a string is not found."""
    found = []
    for trigger, kind, mode, fact, participants in events:
        told = _word(doc, trigger)
        if told is None:
            return None
        roles: dict[str, list[int]] = {}
        for letter, strings in participants.items():
            heads = [_word(doc, string) for string in strings]
            if None in heads:
                return None
            roles[ROLES[letter]] = [head for head in heads if head is not None]
        found.append({"trigger": told, "type": kind, "mode": mode, "fact": fact, "roles": roles})
    return row_of(doc) | {"events": found} | _parse(doc)


def _parse(doc: Doc) -> dict[str, Any]:
    return {
        "tags": [word.tag_ for word in doc],
        "morphs": [f"{word.pos_}|{word.morph or '_'}" for word in doc],
        "heads": [word.head.i for word in doc],
        "relations": [word.dep_ for word in doc],
    }


def _word(doc: Doc, told: str) -> int | None:
    at = find(doc.text, told)
    span = doc.char_span(*at, alignment_mode="expand") if at else None
    return None if span is None else head_of(span)


def name_row(doc: Doc, names: Sequence[Sequence[str]]) -> dict[str, Any] | None:
    """Return a sentence's row; None where a name is not found after the one before, or ends inside a word."""
    found = []
    at = 0
    for name, label in names:
        start = doc.text.find(name, at)
        span = doc.char_span(start, start + len(name)) if start >= 0 else None
        if span is None:
            return None
        found.append([span.start, span.end, label])
        at = start + len(name)
    return row_of(doc) | {"ents": found}


def rows_of(kind: str, records: Iterable[dict[str, Any]], model: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of the sentences that can be read; say how many cannot."""
    nlp = spacy.load(model)
    lost = 0
    told = list(records)
    for doc, record in zip(nlp.pipe(record["text"] for record in told), told, strict=True):
        row = event_row(doc, record["e"]) if kind == "events" else name_row(doc, record["names"])
        if row is None:
            lost += 1
        else:
            yield row
    print(f"{len(told) - lost} rows, {lost} sentences left out")


def main() -> None:
    """Run the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m models.annotation", description=__doc__, formatter_class=raw)
    parser.add_argument("kind", choices=("events", "names"))
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dev", type=float, default=0.1, help="the share of the sentences that is kept to measure by")
    parser.add_argument("--model", default=str(Path(__file__).parent / "en_tidings"))
    chosen = parser.parse_args()
    lines = [line for path in chosen.files for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    rows = list(rows_of(chosen.kind, map(json.loads, lines), chosen.model))
    random.Random(SEED).shuffle(rows)  # noqa: S311
    kept = round(chosen.dev * len(rows))
    write_rows(chosen.out / "dev.jsonl.gz", rows[:kept])
    write_rows(chosen.out / "train.jsonl.gz", rows[kept:])


if __name__ == "__main__":
    main()
