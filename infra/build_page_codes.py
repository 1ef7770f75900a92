"""Build shared/tidings/web/codes.js: what the page calls countries, bodies, sectors and PLOVER's types.

    python -m infra.build_page_codes

The output is a function of the package's own tables; a test holds it to them.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from tidings.tables import parts, rows

OUT = Path(__file__).parent.parent / "shared" / "tidings" / "web" / "codes.js"
HEADER = """\
// What codes stand for. Built by infra/build_page_codes.py from the package's tables: edit those, not this.
// Types, modes and contexts are PLOVER's (CC BY-SA 4.0, github.com/openeventdata/PLOVER), words for them are ours.

"""
SECTORS = {
    "AGR": "Agriculture",
    "BUS": "Business",
    "COP": "Police",
    "CRM": "Criminals",
    "CVL": "Civilians",
    "EDU": "Education",
    "ELI": "Elites, former officials",
    "GOV": "Government",
    "JRN": "Press",
    "JUD": "Courts",
    "LAB": "Labour",
    "LEG": "Legislature",
    "MED": "Health",
    "MIL": "Military",
    "OPP": "Opposition",
    "PRE": "Breakaway authorities",
    "PRM": "Paramilitaries",
    "PTY": "Parties",
    "REB": "Rebels",
    "REF": "Refugees",
    "REL": "Religion",
    "SOC": "Society",
    "SPY": "Intelligence",
    "UAF": "Unidentified armed",
    "UNK": "Not known",
}
BACKGROUND = {"STATEMENT": "a speech act of no other type", "OTHER": "a happening outside the ontology's types"}


def build() -> str:
    """Return the module's text."""
    ontology = json.loads(resources.files("tidings").joinpath("data", "plover_ontology.json").read_text("utf-8"))
    types = {
        name: {"quad": kind["quad"], "what": kind["what"], "modes": list(kind["modes"])}
        for name, kind in ontology["types"].items()
    }
    types |= {name: {"quad": None, "what": what, "modes": []} for name, what in BACKGROUND.items()}
    lemmas: dict[str, set[str]] = {}
    for row in rows("event_triggers.tsv"):
        for lemma in row[-1].split():
            # A compound noun's event is told by its head ("hunger_strike"), a phrasal verb's by both words.
            word = lemma.rpartition("_")[2] if row[3] == "n" else lemma.replace("_", " ")
            lemmas.setdefault(word, set()).add(row[3])
    tables = {
        "COUNTRIES": {code: parts(names)[0] for code, names, *_ in rows("gazetteer_nations.tsv", 5)},
        "BODIES": dict(rows("actor_codes.tsv", 2)),
        "SECTORS": SECTORS,
        "TYPES": types,
        "CONTEXTS": ontology["contexts"],
        "NOUNS": sorted(lemma for lemma, classes in lemmas.items() if classes == {"n"}),
    }
    return HEADER + "".join(
        f"export const {name} = {json.dumps(table, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, table in tables.items()
    )


def main() -> None:
    """Write the page's codes."""
    OUT.write_text(build(), encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
