"""Measure the recognition of copies: python -m tests.bench.copies FOLDER, which holds clean/ and facts/ (see make bench).

Copies are made by program from article texts, 40 of each of five kinds. Different pairs are two articles: of one topic or
event where the sets name it (MEANTIME's topics, ECB+'s subtopics, articles that share their most frequent names), else any.
Some of those are copies in truth, since several outlets printed one agency: pairs that share ten words in a row outside
quotations are left out.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tidings.publish.copies import containment, is_copy, sketch

COPIES_A_KIND = 40
SAME_TOPIC, ANY = 1_200, 800
LONG_RUN = 10
"""Words in a row, outside quotations, that nobody writes a second time."""
_QUOTED = re.compile(r"[“\"][^”\"]{0,400}[”\"]")
_SENTENCE = re.compile(r"(?<=[.!?”\"])\s+")


def cut(text: str, other: str, rng: random.Random) -> str:
    """Keep the beginning, as outlets with little room do."""
    sentences = _SENTENCE.split(text)
    return " ".join(sentences[: max(3, int(len(sentences) * rng.uniform(0.3, 0.7)))])


def retitled(text: str, other: str, rng: random.Random) -> str:
    """Put another title and a standfirst above it."""
    return f"{_SENTENCE.split(other)[0]}\n\n{_SENTENCE.split(other)[-1]}\n\n{text}"


def reparagraphed(text: str, other: str, rng: random.Random) -> str:
    """Break the paragraphs elsewhere, and change the quotation marks and dashes."""
    sentences = _SENTENCE.split(text.replace("“", '"').replace("”", '"').replace("—", "--"))
    out = ""
    for sentence in sentences:
        out += sentence + ("\n\n" if rng.random() < 0.5 else " ")
    return out


def updated(text: str, other: str, rng: random.Random) -> str:
    """Replace every fifth sentence, change numbers, and add new sentences at the top."""
    sentences = _SENTENCE.split(text)
    news = itertools.cycle(_SENTENCE.split(other))
    kept = [next(news) if rng.random() < 0.2 else sentence for sentence in sentences]
    kept = [re.sub(r"\b\d{1,3}\b", lambda m: str(int(m.group()) + 1), s) if rng.random() < 0.5 else s for s in kept]
    return " ".join([next(news), next(news), *kept])


def under_another_lead(text: str, other: str, rng: random.Random) -> str:
    """Print an agency's text under two sentences of one's own, with a credit, and cut its end."""
    sentences = _SENTENCE.split(text)
    own = _SENTENCE.split(other)[:2]
    kept = sentences[1 : max(4, int(len(sentences) * rng.uniform(0.6, 1.0)))]
    return " ".join([*own, *kept, "Reporting by our correspondents and agencies."])


KINDS: tuple[Callable[[str, str, random.Random], str], ...] = (cut, retitled, reparagraphed, updated, under_another_lead)


def main(folder: Path) -> None:
    rng = random.Random(7)  # noqa: S311 - a fixed draw, no secret
    texts = _texts(folder)
    long = sorted(name for name, text in texts.items() if len(text.split()) >= 80)
    rows: list[tuple[str, bool, str, str]] = []
    for kind in KINDS:
        for name in rng.sample(long, COPIES_A_KIND):
            other = texts[rng.choice([one for one in long if one != name])]
            rows.append((kind.__name__, True, texts[name], kind(texts[name], other, rng)))
    same = _same_topic(folder, texts)
    for a, b in rng.sample(same, min(SAME_TOPIC, len(same))):
        rows.append(("same topic", False, texts[a], texts[b]))
    for _ in range(ANY + max(0, SAME_TOPIC - len(same))):
        a, b = rng.sample(long, 2)
        rows.append(("any", False, texts[a], texts[b]))
    _report(rows)


def _report(rows: list[tuple[str, bool, str, str]]) -> None:
    found: Counter[tuple[str, bool]] = Counter()
    for kind, wanted, a, b in rows:
        left, right = sketch(a), sketch(b)
        said = is_copy(left, right)
        found[kind, said] += 1
        if said != wanted and "-v" in sys.argv:
            print(f"{kind}: {containment(left, right):.2f}\n   {a[:150]!r}\n   {b[:150]!r}")
    shares = sorted(containment(sketch(a), sketch(b)) for _, wanted, a, b in rows if not wanted)
    print(f"containment of the different pairs: highest {shares[-1]:.2f}, then {shares[-2]:.2f}, {shares[-3]:.2f}")
    kinds = dict.fromkeys(kind for kind, *_ in rows)
    print("; ".join(f"{kind}: {found[kind, True]} of {found[kind, True] + found[kind, False]}" for kind in kinds))
    true = sum(found[kind.__name__, True] for kind in KINDS)
    told = sum(count for (_, said), count in found.items() if said)
    wanted_total = sum(1 for row in rows if row[1])
    print(f"{wanted_total} copies, {len(rows) - wanted_total} different pairs: "
          f"precision {true / told:.3f}, recall {true / wanted_total:.3f}")  # fmt: skip


def _texts(folder: Path) -> dict[str, str]:
    truth = json.loads(next((folder / "clean").glob("ground-truth*.json")).read_text(encoding="utf-8"))
    texts = {f"page {name}": str(gold["articleBody"]) for name, gold in truth.items()}
    for name in ("meantime", "ecb"):
        for line in (folder / "facts" / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts[f"{name} {row['topic']} {row.get('subtopic', '')} {row['id']}"] = row["text"]
    return texts


def _same_topic(folder: Path, texts: dict[str, str]) -> list[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for name, text in texts.items():
        if not name.startswith("page") and len(text.split()) >= 20:
            groups.setdefault(" ".join(name.split(" ")[:3]), []).append(name)
    pairs = [pair for group in groups.values() for pair in itertools.combinations(sorted(group), 2)]
    names = {name: _names(text) for name, text in texts.items() if name.startswith("page")}
    pairs += [(a, b) for a, b in itertools.combinations(sorted(names), 2) if len(names[a] & names[b]) >= 3]
    return sorted(pair for pair in pairs if not _runs(texts[pair[0]]) & _runs(texts[pair[1]]))


@cache
def _runs(text: str) -> frozenset[str]:
    """Return the runs of words outside quotation marks."""
    words = re.findall(r"\w+", _QUOTED.sub(" ", text.casefold()))
    return frozenset(" ".join(words[at : at + LONG_RUN]) for at in range(len(words) - LONG_RUN + 1))


def _names(text: str) -> frozenset[str]:
    inside = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", text)
    return frozenset(name for name, _ in Counter(inside).most_common(8))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
