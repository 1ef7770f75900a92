"""Score coreference against GUM: `python -m tests.bench.coreference DATA [--part train] [--errors]`.

DATA holds `gum/PART.conllu.gz`; its news and interviews go through the shipped pipeline as raw text. A pronoun's or
description's link is right if the name that it leads to stands in the same gold chain; recall counts the gold mentions
whose chain has a name before them. Names are scored by pairs of mentions in one chain, among those that both sides have.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import spacy

from tests.bench.progress import counted
from tidings.extract.coreference import Reference, find_references
from tidings.extract.entities import find_entities
from tidings.extract.gazetteer import load_gazetteer
from tidings.records import Entity
from tidings.settings import Settings

GENRES = frozenset({"news", "interview"})
KINDS = {
    "he, she": frozenset({"he", "she", "him", "her", "his", "himself", "herself"}),
    "it, they, we": frozenset({"it", "they", "we", "its", "their", "them", "our", "us", "itself", "themselves"}),
    "I": frozenset({"i", "me", "my"}),
}
DESCRIPTION, NAME = "descriptions", "names"
DETERMINERS = frozenset({"the", "this", "that", "these", "those"})
_MARK = re.compile(r"\(([^()]+)|(\d+)?\)")


class Word(NamedTuple):
    """A word's offsets and tags; `head` is its governor's place in the document."""

    start: int
    end: int
    text: str
    pos: str
    head: int


class Mention(NamedTuple):
    """A gold mention: its words (end exclusive), its chain and its head word."""

    first: int
    end: int
    chain: str
    core: frozenset[int]
    head: int


class Gold(NamedTuple):
    """A document as GUM annotates it."""

    name: str
    text: str
    words: Sequence[Word]
    mentions: Sequence[Mention]


def documents(path: Path) -> Iterator[Gold]:
    """Yield the news and interviews of a gzipped CoNLL-U file."""
    for part in re.split(r"(?m)^# newdoc id = ", gzip.decompress(path.read_bytes()).decode("utf-8"))[1:]:
        name, _, body = part.partition("\n")
        if name.split("_")[1] in GENRES:
            yield _document(name, body)


def _document(name: str, body: str) -> Gold:
    fields = _fields(body)
    text = ""
    words: list[Word] = []
    marks: list[tuple[int, str]] = []
    for block in body.split("\n\n"):
        lines = [line for line in block.split("\n") if line]
        if text and any(line.startswith("# newpar") and "_" not in line.partition("=")[0] for line in lines):
            text = text.rstrip() + "\n\n"
        base, joined_to, spaced = len(words), 0, True
        for row in (line.split("\t") for line in lines if line[:1].isdigit()):
            number, space = row[0], "SpaceAfter=No" not in row[9].split("|")
            if "-" in number:
                joined_to, spaced = int(number.partition("-")[2]), space
            elif number.isdigit():
                head = base + int(row[6]) - 1 if row[6] != "0" else -1
                words.append(Word(len(text), len(text) + len(row[1]), row[1], row[3], head))
                marks += [(len(words) - 1, m[7:]) for m in row[9].split("|") if m.startswith("Entity=")]
                inner = int(number) < joined_to
                after = False if inner else spaced if int(number) == joined_to else space
                text += row[1] + (" " if after else "")
    return Gold(name, text, words, _mentions(marks, words, fields))


def _fields(body: str) -> list[str]:
    found = re.search(r"(?m)^# global.Entity = (.*)$", body)
    return found.group(1).split("-") if found else []


def _mentions(marks: Sequence[tuple[int, str]], words: Sequence[Word], fields: Sequence[str]) -> list[Mention]:
    """Read the brackets of `Entity=`; the minimal span numbers a mention's own words from 1."""
    opened: dict[str, list[tuple[int, list[str]]]] = {}
    found = []
    for at, mark in marks:
        last = ""
        for opening, closing in _MARK.findall(mark):
            if opening:
                values = opening.split("-")
                last = values[0]
                opened.setdefault(last, []).append((at, values))
                continue
            chain = closing or last
            first, values = opened[chain].pop()
            own = values[fields.index("minspan")]
            core = frozenset(first + int(n) - 1 for n in own.split(",")) if own[:1].isdigit() else frozenset({first})
            head = next((i for i in sorted(core) if words[i].head not in core), min(core))
            found.append(Mention(first, at + 1, chain, core, head))
    return sorted(found)


class Found(NamedTuple):
    """What the pipeline says of a document."""

    entities: Sequence[Entity]
    references: Sequence[Reference]


class Score:
    """Counts links by kind."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()
        self.gold: Counter[str] = Counter()
        self.errors: list[str] = []

    def add(self, gold: Gold, found: Found) -> None:
        """Count the links of one document."""
        by_head = {gold.words[m.head].start: m for m in reversed(gold.mentions)}
        first_name: dict[str, int] = {}
        for mention in gold.mentions:
            if _is_named(mention, gold.words):
                first_name.setdefault(mention.chain, mention.first)
        for mention in gold.mentions:
            kind = _kind(mention, gold.words)
            if kind and first_name.get(mention.chain, len(gold.words)) < mention.first:
                self.gold[kind] += 1
        for reference in found.references:
            own = by_head.get(reference.head)
            word = gold.text[reference.start : reference.end].lower()
            kind = next((k for k, words in KINDS.items() if word in words), DESCRIPTION)
            name = _aligned(reference.entity, gold)
            self.said[kind] += 1
            if own is not None and name is not None and own.chain == name.chain:
                self.right[kind] += 1
                self.reached[kind] += _kind(own, gold.words) == kind
            else:
                around = gold.text[max(0, reference.start - 200) : reference.end + 40].replace("\n", "¶")
                self.errors.append(f"{gold.name} {kind}: [{word}] → {reference.entity.text} | {around}")
        self._add_names(gold, found.entities)

    def _add_names(self, gold: Gold, entities: Sequence[Entity]) -> None:
        aligned = [(e, m) for e in entities if (m := _aligned(e, gold)) is not None and _is_named(m, gold.words)]
        for (a, first), (b, second) in combinations(aligned, 2):
            said, right = a.chain == b.chain, first.chain == second.chain
            self.said[NAME] += said
            self.gold[NAME] += right
            self.right[NAME] += said and right
            self.reached[NAME] += said and right
            if said != right and a.text != b.text:
                self.errors.append(f"{gold.name} {NAME}: {a.text} | {b.text} {'joined' if said else 'apart'}")

    def table(self) -> str:
        """Return precision and recall, a line for each kind."""
        lines = []
        for kind in (*KINDS, DESCRIPTION, NAME):
            said, right, gold, reached = self.said[kind], self.right[kind], self.gold[kind], self.reached[kind]
            precision, recall = right / max(said, 1), reached / max(gold, 1)
            lines.append(f"{kind:13} P {precision:.3f} ({right}/{said})  R {recall:.3f} ({reached}/{gold})")
        return "\n".join(lines)


def _is_named(mention: Mention, words: Sequence[Word]) -> bool:
    return words[mention.head].pos == "PROPN"


def _kind(mention: Mention, words: Sequence[Word]) -> str | None:
    head = words[mention.head]
    if head.pos == "PRON" and mention.end - mention.first == 1:
        return next((kind for kind, texts in KINDS.items() if head.text.lower() in texts), None)
    if head.pos == "NOUN" and words[mention.first].text.lower() in DETERMINERS:
        return DESCRIPTION
    return None


def _aligned(entity: Entity, gold: Gold) -> Mention | None:
    """Return the smallest gold mention that a name is the head of."""
    inside = {i for i, w in enumerate(gold.words) if w.start < entity.end and entity.start < w.end}
    fitting = [m for m in gold.mentions if m.head in inside or (m.core & inside and inside <= set(range(m.first, m.end)))]
    return min(fitting, key=lambda m: m.end - m.first, default=None)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", default="dev", choices=("train", "dev"))
    parser.add_argument("--errors", action="store_true", help="print the wrong links")
    args = parser.parse_args()
    nlp, gazetteer = spacy.load(Settings().model_folder()), load_gazetteer()
    score, seconds, words = Score(), 0.0, 0
    for gold in counted(list(documents(args.data / "gum" / f"{args.part}.conllu.gz")), "documents"):
        doc = nlp(gold.text)
        entities = find_entities(doc, gazetteer)
        begun = time.process_time()
        references = find_references(doc, entities)
        seconds += time.process_time() - begun
        words += len(doc)
        score.add(gold, Found(entities, references))
    if args.errors:
        print("\n".join(score.errors))
    print(score.table())
    print(f"{300_000 * seconds / max(words, 1):.1f} ms for 300 words")


if __name__ == "__main__":
    main()
