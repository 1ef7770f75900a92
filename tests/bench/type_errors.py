"""Which event types are mistaken for which, and whether a confidence of .8 is right four times in five."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from tidings.records import BACKGROUND_TYPES

NOTHING = "nothing"
_BINS = 10
_BAR = 40


class Judged(NamedTuple):
    """One labelled event: its type, what the system took it for (the same where that is accepted), and how sure it was."""

    gold: str
    told: str
    confidence: float | None = None


def of_sentences(gold: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Iterate over labelled sentences, each with one labelled event: right if any event there has an accepted type.

    The sentence's other events are not labelled, so that its surest event alone says how sure the system was.
    """
    by_id = {row["article_id"]: row for row in told}
    for row in gold:
        events = [e for e in by_id.get(row["id"], {}).get("events", []) if e["type"] not in BACKGROUND_TYPES]
        surest = max(events, key=lambda e: e["confidence"], default=None)
        for wanted in row.get("events", [row]):
            accepted = {*wanted.get("accept", ()), wanted["type"]}
            hit = any(event["type"] in accepted for event in events)
            yield Judged(wanted["type"], wanted["type"] if hit else surest["type"] if surest else NOTHING)


def surest(gold: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]) -> Iterator[tuple[float, bool]]:
    """Iterate over (confidence, whether an accepted type) of each labelled sentence's surest event."""
    by_id = {row["article_id"]: row for row in told}
    for row in gold:
        events = [e for e in by_id.get(row["id"], {}).get("events", []) if e["type"] not in BACKGROUND_TYPES]
        labelled = row.get("events", [row])
        if events and labelled:
            first = max(events, key=lambda e: e["confidence"])
            yield first["confidence"], any(first["type"] in {*w.get("accept", ()), w["type"]} for w in labelled)


def of_triggers(gold: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]) -> Iterator[Judged]:
    """Iterate over triggers of sentences in which every one is labelled, and the system's where none is (gold: nothing).

    Statements and what is of no type are labelled nowhere: as inventions they are left out.

    Gold rows have `id` and `triggers`, each (start, end, type) in the text.
    """
    by_id = {row["article_id"]: row for row in told}
    for row in gold:
        left = list(by_id.get(row["id"], {}).get("events", []))
        for start, end, kind in row["triggers"]:
            met = [e for e in left if e["trigger"]["start"] < end and start < e["trigger"]["end"]]
            best = next((e for e in met if e["type"] == kind), met[0] if met else None)
            if best is None:
                yield Judged(kind, NOTHING)
            else:
                left.remove(best)
                yield Judged(kind, best["type"], best["confidence"])
        invented = (event for event in left if event["type"] not in BACKGROUND_TYPES)
        yield from (Judged(NOTHING, event["type"], event["confidence"]) for event in invented)


def confusions(judged: Iterable[Judged]) -> str:
    """Return a line for each type: how many were right, and what the others were taken for, the most frequent first."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        told[one.gold][one.told] += 1
    lines = ["  type taken for (right / labelled)"]
    for gold, counts in sorted(told.items()):
        wrong = [f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if name != gold]
        lines.append(f"  {gold:11s} {counts[gold]:4d} / {counts.total():<4d} {', '.join(wrong)}".rstrip())
    return "\n".join(lines)


def reliability(sure: Iterable[tuple[float, bool]]) -> str:
    """Return the reliability diagram of (confidence, right) as text, with the expected calibration error (ten bins)."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in sure:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    total = sum(map(len, bins.values()))
    lines, error = ["  confidence  right     n  (# right, | as sure as it was)"], 0.0
    for _, pairs in sorted(bins.items()):
        mean = sum(confidence for confidence, _ in pairs) / len(pairs)
        right = sum(hit for _, hit in pairs) / len(pairs)
        error += len(pairs) * abs(mean - right)
        bar = list(f"{'#' * round(right * _BAR):{_BAR + 1}s}")
        bar[round(mean * _BAR)] = "|"
        lines.append(f"  {mean:10.3f}  {right:5.3f}  {len(pairs):4d}  {''.join(bar)}".rstrip())
    return "\n".join([*lines, f"  expected calibration error {error / max(1, total):.3f}  n={total}"])
