"""Write a tiny network, its input and its scores, which the run-time must reproduce: `python -m models.example FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from models.network import WORD_HEADS, Labels, Reader, Shape
from models.packaged import take_back
from models.quantise import quantise
from models.windows import NAME_STEPS

SHAPE = Shape(pieces=12, positions=10, width=16, inner=32, layers=2, attention_heads=4, arc=8, relation=6, role=6)
LABELS = Labels(
    tags=("A", "B", "C"),
    morphs=("NOUN|_", "VERB|VerbForm=Fin"),
    relations=("ROOT", "nsubj", "obj"),
    names=NAME_STEPS,
    kinds=("-", "AID"),
    modes=("-", "phone"),
    facts=("happened", "planned"),
    roles=("-", "actor", "place"),
)
INPUT = {
    "pieces": [1, 5, 6, 7, 8, 9, 2],
    "case": [0, 4, 3, 3, 4, 0, 0],
    "gap": [0, 3, 1, 1, 1, 0, 0],
    "first": [1, 2, 4, 5],
    "last": [1, 3, 4, 5],
}


@torch.no_grad()
def write(folder: Path) -> None:
    """Write `weights.bin`, `heading.json` and `scores.json`."""
    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    reader = Reader(SHAPE, LABELS)
    for own in reader.parameters():
        torch.nn.init.normal_(own, std=0.5)
    described = {"shape": SHAPE._asdict(), "labels": LABELS._asdict(), "pieces": [str(n) for n in range(SHAPE.pieces)]}
    (folder / "reader.json").write_text(json.dumps(described), encoding="utf-8")
    save_file(reader.state_dict(), folder / "reader.safetensors")
    heading = quantise(folder, folder / "weights.bin", bits=lambda _: 8)
    (folder / "heading.json").write_text(json.dumps(heading._asdict()), encoding="utf-8")
    take_back(reader, folder / "weights.bin")  # so that its scores and the run-time's differ in the last digits only
    given = {name: torch.tensor([column]) for name, column in INPUT.items()}
    reader.eval()
    scores = reader(mask=torch.ones_like(given["pieces"], dtype=torch.bool), **given)
    words = torch.arange(len(INPUT["first"]))
    relations = reader.relations(scores.dependents[0], scores.governors[0, words.flip(0)])
    roles = reader.roles(scores.participants[0].expand(2, -1, -1), scores.triggers[0, [2, 0]])
    told = {name: getattr(scores, name)[0].tolist() for name in (*WORD_HEADS, "starts", "happened", "arcs")}
    told |= {"relations": relations.tolist(), "roles": roles.tolist()}
    (folder / "scores.json").write_text(json.dumps({"input": INPUT, "scores": told}), encoding="utf-8")
    (folder / "reader.json").unlink()
    (folder / "reader.safetensors").unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
