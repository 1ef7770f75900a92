"""Precision by hand: `python -m tests.bench.judged draw SENTENCES --out FILE`, later `python -m tests.bench.judged shares`.

`draw` takes sentences that nothing was trained on, extracts today's events from them and writes a seeded random draw of
those of PLOVER's types, one JSON line each, every field marked `null`. SENTENCES are JSON lines, gzip or not, with "text"
or "tokens". Left out are the sentences of every version of `judged_events.jsonl` that git knows, of the model's own corpus
of events, and of each `--but FILE`.

The judge reads each sentence, knows nothing of how the code came to its answer, and sets each field of `right` to 1 or 0,
with a word in `why` for each 0:

- type, mode: what the manual of PLOVER calls it; a trigger that tells of no event, or of a sort outside the ontology, is 0.
- actor, recipient: exactly those who did it and to whom, in words that say who they are; one too many is 0, one missing
  is 0 if the sentence names it as the event's own. Which of a pronoun's names is meant is not judged.
- time, place: of this event, not of its neighbour; nothing is right where the sentence says nothing.
- factuality (with polarity), objects: as the sentence's teller has it; objects are what it was done to, or how many.

`shares` prints each field's share with Wilson's interval (95 %).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.spacing import guess_spaces
from tests.bench.progress import counted
from tidings.extract.pipeline import Extractor, load_extractor
from tidings.ids import ArticleId
from tidings.records import BACKGROUND_TYPES
from tidings.settings import Settings

ROOT = Path(__file__).parent.parent.parent
JUDGED = Path(__file__).with_name("judged_events.jsonl")
CORPUS = ROOT / "models/corpus/own_events"
FIELDS = ("type", "mode", "actor", "recipient", "time", "place", "factuality", "objects")
WHO_DID_WHAT = ("type", "actor", "recipient")
PUBLISHED = datetime(2007, 6, 15, 18, tzinfo=UTC)
"""A day among those of the Meaning Bank's news: which offices were whose, and what "Friday" is relative to."""
_Z = 1.96


def main(argv: list[str]) -> int:
    """Draw events to judge, or print the shares of judged ones; return 1 if there are too few to draw from."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("draw", help="draw events to judge")
    draw.add_argument("sentences", type=Path)
    draw.add_argument("--out", type=Path, required=True)
    draw.add_argument("--count", type=int, default=200)
    draw.add_argument("--seed", type=int, default=1)
    draw.add_argument("--of", type=int, default=None, help="draw this many sentences first (for a large file)")
    draw.add_argument("--but", type=Path, action="append", default=[], help="sentences to leave out (may be repeated)")
    shares = commands.add_parser("shares", help="print the shares of judged events")
    shares.add_argument("file", type=Path, nargs="?", default=JUDGED)
    args = parser.parse_args(argv)
    if args.command == "shares":
        print(shares_of(_rows(args.file.read_bytes())))
        return 0
    known = {_letters(text) for text in _known(args.but)}
    fresh = [text for text in _sentences(args.sentences.read_bytes()) if _letters(text) not in known]
    chance = random.Random(args.seed)  # noqa: S311 - a draw that can be repeated
    if args.of is not None and args.of < len(fresh):
        fresh = chance.sample(fresh, args.of)
    events = list(_events(load_extractor(Settings()), fresh))
    print(f"{len(fresh)} fresh sentences, {len(events)} events", file=sys.stderr)
    if len(events) < args.count:
        print(f"too few to draw {args.count}: give more sentences, or a smaller --count", file=sys.stderr)
        return 1
    drawn = chance.sample(events, args.count)
    args.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in drawn), encoding="utf-8")
    return 0


def shares_of(judged: list[dict[str, Any]]) -> str:
    """Return a line for each field, and for type, actor and recipient together: share right, interval, number judged."""
    marks = {field: [bool(one["right"][field]) for one in judged if field in one["right"]] for field in FIELDS}
    marks[" + ".join(WHO_DID_WHAT)] = [all(one["right"][field] for field in WHO_DID_WHAT) for one in judged]
    return "\n".join(_share(name, hits) for name, hits in marks.items() if hits)


def _share(name: str, hits: list[bool]) -> str:
    n, share = len(hits), sum(hits) / len(hits)
    middle, spread = share + _Z**2 / (2 * n), _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    low, high = ((middle + sign * spread) / (1 + _Z**2 / n) for sign in (-1, 1))
    return f"{name:26s} {share:.3f}  {low:.3f}-{high:.3f}  n={n}"


def _events(extractor: Extractor, sentences: list[str]) -> Iterator[dict[str, Any]]:
    for n, text in enumerate(counted(sentences, "sentences")):
        found = extractor.extract(ArticleId(str(n)), text, PUBLISHED)
        words = {one.id: one.text for one in (*found.quantities, *found.timexes)}
        for event in found.events:
            if event.type not in BACKGROUND_TYPES:
                yield {
                    "text": text,
                    "trigger": event.trigger.text,
                    "start": event.trigger.start,
                    "type": event.type,
                    "mode": event.mode,
                    "actor": [one.text for one in event.actor],
                    "recipient": [one.text for one in event.recipient],
                    "objects": [words[one] if isinstance(one, str) else one.text for one in event.objects],
                    "time": words[event.time] if event.time else None,
                    "place": event.place.text if event.place else None,
                    "factuality": event.factuality.value,
                    "polarity": event.polarity.value,
                    "confidence": event.confidence,
                    "right": dict.fromkeys(FIELDS),
                    "why": "",
                }


def _known(files: Iterable[Path]) -> Iterator[str]:
    for version in _git("rev-list", "HEAD", "--", str(JUDGED)).split():
        yield from (row["text"] for row in _rows(_git("show", f"{version}:{JUDGED.relative_to(ROOT)}").encode()))
    for file in (*CORPUS.glob("*.jsonl.gz"), *files):
        yield from _sentences(file.read_bytes())


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _sentences(packed: bytes) -> Iterator[str]:
    for row in _rows(packed):
        tokens = row.get("tokens")
        yield _text(tokens) if tokens else row["text"]


def _text(tokens: list[str]) -> str:
    spaces = guess_spaces(tokens)
    return "".join(token + " " * space for token, space in zip(tokens, spaces, strict=True)).strip()


def _letters(text: str) -> str:
    """Return what two spacings of one sentence have in common."""
    return "".join(text.split())


def _rows(packed: bytes) -> list[dict[str, Any]]:
    plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    return [json.loads(line) for line in plain.decode().split("\n") if line]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
