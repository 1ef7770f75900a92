"""Train the reader: large ones on what the sets say, then the small one on that and on what the large ones say.

    python -m models.train DATA ROWS OUT [--sources …] [--alone] [--passes N]

OUT gets `reader.json` (shape, labels, pieces) and `reader.safetensors` (rounded weights). Every seed is fixed; an
accelerator is used where PyTorch finds one.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from models import pretrained
from models.batches import Batch, collate, grouped, tensors
from models.corpus import Corpus
from models.losses import WEIGHTS, Teachers, Told, gold_losses, scores_of, taught_losses, tell
from models.network import Labels, Reader
from models.packaged import packaged
from models.quantise import bits_of
from models.sources import ALL_SOURCES, EVENTS, NAMES, PARSE, SUBJECTS, Folders
from models.watch import dev_windows, quick_scores
from models.windows import Numbering, Numbers
from tidings.language import weights
from tidings.language.words import WordPieces

SEED = 0
WARM_UP = 0.06  # of all steps
MASKED = 0.04  # of the pieces, in training
_ENCODER = ("piece.", "position.", "distance.", "norm.", "layers.")


class Plan(NamedTuple):
    """How one reader is trained."""

    passes: int
    pieces: int  # a batch, padding included
    encoder_rate: float
    heads_rate: float
    silver: float | None = None  # the share of sets that are not read whole; None: as `sources.py` says
    taught: float = 0.0  # how much of the loss is what teachers say
    part: float = 1.0  # of each pass's batches, drawn at random

    def at_most(self, passes: int | None) -> Plan:
        """Return the plan with no more passes than these, for a trial."""
        return self if passes is None else self._replace(passes=min(passes, self.passes))


LARGE = Plan(passes=8, pieces=8192, encoder_rate=8e-5, heads_rate=8e-4)


class Teacher(NamedTuple):
    """A large reader: the subjects whose sets it learns from, and those that it teaches."""

    seed: int
    learns: tuple[str, ...] = tuple(SUBJECTS)
    teaches: tuple[str, ...] = tuple(SUBJECTS)
    silver: float | None = None  # as a plan's


# A reader of names alone knows them better than one that learns all subjects (F on the dev parts of GMB 89.2 : 87.5, of
# Wikigold 89.7 : 88.5); of the parse a reader of all knows more (LAS on EWT 92.1 : 91.3).
TEACHERS = (
    Teacher(1, teaches=(PARSE, EVENTS)),
    Teacher(2, teaches=(PARSE, EVENTS)),
    Teacher(3, learns=(NAMES,), teaches=(NAMES,), silver=1.0),
)
ALONE = Plan(passes=5, pieces=2048, encoder_rate=2e-4, heads_rate=1e-3)
PUPIL = Plan(passes=11, pieces=8192, encoder_rate=3e-4, heads_rate=1e-3, silver=1.0, taught=0.7)
SETTLING = Plan(passes=1, pieces=2048, encoder_rate=5e-5, heads_rate=2e-4, silver=1.0, taught=0.7, part=0.25)
SETTLING_BESIDE = SETTLING._replace(silver=None, taught=0.9, part=0.4)  # what is known is to stay as it is


class Material(NamedTuple):
    """What every run reads: the text, the labels and how both are numbered."""

    corpus: Corpus
    labels: Labels
    pieces: list[str]
    numbering: Numbering

    def narrowed(self, folders: Folders, sources: frozenset[str]) -> Material:
        """Return the material of some of the sets, with all labels."""
        return self._replace(corpus=Corpus(folders, sources))


def material(folders: Folders, sources: frozenset[str]) -> Material:
    """Read the sets."""
    corpus = Corpus(folders, sources)
    labels = corpus.labels()
    pieces = pretrained.kept_pieces(pretrained.read_vocabulary(pretrained.small_folder()))
    columns = (labels.tags, labels.morphs, labels.relations, labels.names, labels.kinds, labels.modes, labels.facts,
               labels.roles)  # fmt: skip
    return Material(corpus, labels, pieces, Numbering(WordPieces(pieces), *map(Numbers, columns)))


# ---------------------------------------------------------------- batches, made ahead where there are cores to make them

_at_work: Material | None = None


def _one_pass(number: int, plan: Plan) -> list[list[NDArray[np.generic]]]:
    assert _at_work is not None  # noqa: S101
    rng = random.Random(f"{SEED}/{number}")  # noqa: S311
    windows = _at_work.corpus.windows(_at_work.numbering, rng, silver=plan.silver)
    batches = list(grouped(windows, plan.pieces, rng))
    return [collate(batch) for batch in batches[: round(plan.part * len(batches))]]


def passes(found: Material, plan: Plan, workers: int) -> Iterator[list[list[NDArray[np.generic]]]]:
    """Yield the batches of each pass; how many workers make them changes nothing in them."""
    global _at_work
    _at_work = found
    if not workers:
        for number in range(plan.passes):
            yield _one_pass(number, plan)
        return
    with ProcessPoolExecutor(workers) as pool:  # forked: the workers share the text
        yield from pool.map(_one_pass, range(plan.passes), [plan] * plan.passes)


# ---------------------------------------------------------------- steps


class Rounded(nn.Module):
    """Lets a matrix act as it will once it is rounded, and learn as if it were not (Jacob et al. 2018)."""

    def __init__(self, weight: Tensor, bits: int) -> None:
        super().__init__()
        rows = weight.detach().cpu().reshape(-1, weight.shape[-1])
        scales = weights.pack(rows.numpy(), bits).scales.astype("float32")
        self.register_buffer("scale", torch.from_numpy(scales).clamp(min=1e-8)[:, None].to(weight.device))
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


class Trainer:
    """Takes steps on one device."""

    def __init__(self, found: Material, device: torch.device, workers: int, say: Callable[[str], None] = print) -> None:
        self.found = found
        self.device = device
        self.workers = workers
        self.say = say

    def with_material(self, found: Material) -> Trainer:
        """Return a trainer like this one on other text."""
        return Trainer(found, self.device, self.workers, self.say)

    def reader(self, *, large: bool = False, load: Callable[[Reader], None] | None = None) -> Reader:
        """Return a new reader, begun from pre-trained weights."""
        shape = pretrained.large_shape if large else pretrained.small_shape
        reader = Reader(shape(len(self.found.pieces)), self.found.labels)
        if load is not None:
            load(reader)
        reader.to(self.device)
        return reader

    def learn(self, reader: Reader, plan: Plan, teachers: Teachers = ()) -> None:
        """Take the steps of a plan; the rates rise over the first ones and fall to nought."""
        own = [p for name, p in reader.named_parameters() if not name.startswith(_ENCODER)]
        encoder = [p for name, p in reader.named_parameters() if name.startswith(_ENCODER)]
        groups = [{"params": encoder, "lr": plan.encoder_rate}, {"params": own, "lr": plan.heads_rate}]
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
        schedule: Any = None
        begun = time.time()
        seen: Counter[str] = Counter()
        sums: dict[str, Tensor] = {}
        step = 0
        for number, batches in enumerate(passes(self.found, plan, self.workers)):
            if schedule is None:
                schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _ramp(len(batches) * plan.passes))
            for columns in batches:
                batch = tensors(columns).to(self.device)
                for name, value in self.step(reader, batch, plan, teachers).items():
                    sums[name] = sums.get(name, torch.zeros((), device=self.device)) + value.detach()
                    seen[name] += 1
                torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
            shown = {name: round(float(value) / seen[name], 3) for name, value in sums.items()}
            self.say(f"pass {number + 1}/{plan.passes}, step {step}, {time.time() - begun:.0f} s: {shown}")
            sums, seen = {}, Counter()

    def step(self, reader: Reader, batch: Batch, plan: Plan, teachers: Teachers) -> dict[str, Tensor]:
        """Leave the gradients of one batch; return the losses."""
        half = torch.autocast(self.device.type, torch.bfloat16) if self.device.type == "cuda" else nullcontext()
        with half:
            told: Told | None = tell(teachers, batch) if teachers else None
            scores = scores_of(reader, batch, MASKED, self.found.numbering.cutter.unknown)
            losses = gold_losses(reader, scores, batch)
            whole = sum((WEIGHTS[name] * value for name, value in losses.items()), torch.zeros((), device=self.device))
            if told is not None:
                taught = taught_losses(reader, scores, batch, told)
                more = sum((WEIGHTS[n] * value for n, value in taught.items()), torch.zeros((), device=self.device))
                whole = (1 - plan.taught) * whole + plan.taught * more
                losses |= {f"{name}'": value for name, value in taught.items()}
        reader.zero_grad(set_to_none=True)
        whole.backward()
        return losses

    def settle(self, reader: Reader, plan: Plan, teachers: Teachers = ()) -> None:
        """Let the weights get used to being rounded; they come out rounded."""
        found = matrices(reader)
        for module, name, bits in found:
            parametrize.register_parametrization(module, name, Rounded(getattr(module, name), bits))
        self.learn(reader, plan, teachers)
        for module, name, _ in found:
            parametrize.remove_parametrizations(module, name, leave_parametrized=True)


def _ramp(total: int) -> Callable[[int], float]:
    return lambda step: max(0.0, min((step + 1) / (WARM_UP * total), (total - step) / (total * (1 - WARM_UP))))


# ---------------------------------------------------------------- the whole


def describe(reader: Reader, pieces: Sequence[str], out: Path) -> None:
    """Write a reader's shape, labels and pieces."""
    out.mkdir(parents=True, exist_ok=True)
    told = {"shape": reader.shape._asdict(), "labels": reader.labels._asdict(), "pieces": list(pieces)}
    (out / "reader.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def save(reader: Reader, path: Path) -> None:
    """Write a reader's weights."""
    save_file({name: value.detach().cpu().contiguous() for name, value in reader.state_dict().items()}, path)


def train(
    folders: Folders,
    out: Path,
    sources: frozenset[str],
    *,
    alone: bool = False,
    most: int | None = None,
    workers: int = 0,
    begin: Path | None = None,
    beside: Path | None = None,
) -> None:
    """Train on the sources, taught by large readers or alone, and write weights and labels under `out`.

    `most` is how many passes any reader makes at the most: fewer than planned for a trial. From `begin` on, weights that
    this once wrote unrounded, there is only settling to do; a finished pipeline, `beside`, may teach then.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    found = material(folders, sources)
    trainer = Trainer(found, device, workers, say=lambda text: print(text, flush=True))
    dev = dev_windows(folders, found.numbering, sources)

    def watch(reader: Reader) -> None:
        trainer.say(json.dumps({name: quick_scores(reader, windows, device) for name, windows in dev.items()}))

    large = [] if alone or begin is not None else _teachers(trainer, folders, sources, most, watch)
    torch.manual_seed(SEED)
    reader = trainer.reader(load=lambda reader: pretrained.load_small(reader, found.pieces))
    describe(reader, found.pieces, out)
    if begin is None:
        trainer.learn(reader, (PUPIL if large else ALONE).at_most(most), large)
        save(reader, out / "unrounded.safetensors")
    else:
        reader.load_state_dict({name: value.float() for name, value in load_file(begin).items()})
    watch(reader)
    if beside is not None:
        trainer.settle(reader, SETTLING_BESIDE, _earlier(trainer, reader, beside))
    else:
        trainer.settle(reader, SETTLING if large else SETTLING._replace(silver=None), large)
    watch(reader)
    save(reader, out / "reader.safetensors")


def _teachers(
    trainer: Trainer, folders: Folders, sources: frozenset[str], most: int | None, watch: Callable[[Reader], None]
) -> list[tuple[Reader, tuple[str, ...]]]:
    """Train the large readers; none where a subject has no set to learn from."""
    if not all(sources & set(sets) for sets in SUBJECTS.values()):
        return []
    vocabulary, values = pretrained.large_files()
    large = []
    for told in TEACHERS:
        torch.manual_seed(told.seed)
        sets = {name for subject in told.learns for name in SUBJECTS[subject]}
        narrow = trainer.with_material(trainer.found.narrowed(folders, sources & sets))
        teacher = narrow.reader(
            large=True, load=lambda reader: pretrained.load_large(reader, trainer.found.pieces, vocabulary, values)
        )
        narrow.learn(teacher, LARGE.at_most(most)._replace(silver=told.silver))
        watch(teacher)
        large.append((teacher.eval(), told.teaches))
    return large


def _earlier(trainer: Trainer, begun: Reader, pipeline: Path) -> Teachers:
    """Return who teaches weights while they settle beside a finished pipeline: it the parse, both events, they names."""
    itself = trainer.reader()
    itself.load_state_dict(begun.state_dict())
    earlier = packaged(pipeline, begun.shape, begun.labels).to(trainer.device)
    return [(earlier.eval(), (PARSE, EVENTS)), (itself.eval(), (NAMES, EVENTS))]


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m models.train", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("data", type=Path, help="a folder for each labelled set")
    parser.add_argument("rows", type=Path, help="what models.prepare made")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sources", nargs="+", default=ALL_SOURCES)
    parser.add_argument("--alone", action="store_true", help="without teachers: faster, and somewhat worse")
    parser.add_argument("--passes", type=int, help="passes over the sets at the most: fewer than planned for a trial")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches ahead")
    parser.add_argument("--begin", type=Path, help="trained weights that need only settle")
    parser.add_argument("--beside", type=Path, help="a finished pipeline that teaches the parse and events meanwhile")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    if chosen.beside is not None and chosen.begin is None:
        parser.error("--beside goes with --begin")
    train(
        Folders(chosen.data, chosen.rows),
        chosen.out,
        frozenset(chosen.sources),
        alone=chosen.alone,
        most=chosen.passes,
        workers=chosen.workers,
        begin=chosen.begin,
        beside=chosen.beside,
    )


if __name__ == "__main__":
    main()
