"""The built packages, each in a process that sees nothing of the checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra import packages as builder
from infra.archive import Sizes
from infra.packages import STAGES, build_all, here, limits, outgrown
from tidings import keys
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.batch import REASON
from tidings.clean.documents import clean_document
from tidings.documents import as_blob
from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId, CorrelationId, DocumentId
from tidings.local.packaged import Built
from tidings.local.sandbox import Invocation, Sandbox
from tidings.local.wiring import read_wiring
from tidings.messages import CleanDocument, ExtractArticle, PublishExtraction
from tidings.records import Article, RawDocument
from tidings.settings import Settings

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
HERE = here()
NOW = datetime(2025, 6, 13, 18, tzinfo=UTC)
PAGES = [ROOT / "tests" / "data" / "pages" / name for name in ("cards.html", "french.html", "dump.txt", "titlefirst.html")]
TEXT = "Russia handed over to Kiev the bodies of 1,200 soldiers on Friday, officials said."

pytestmark = pytest.mark.timeout(1200)
"""The first test may have to build the packages."""


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def start(packages: Built, stage: str, home: Path) -> Sandbox:
    spec = read_wiring().function(stage)
    environment = {"TIDINGS_HOME": str(home), "POWERTOOLS_METRICS_DISABLED": "true"}
    return Sandbox(spec, packages.place(spec), environment, log=subprocess.DEVNULL)


def invoke(packages: Built, stage: str, sent: Any, home: Path) -> Invocation:
    with start(packages, stage, home) as sandbox:
        return sandbox.invoke(sent)


def listed(packages: Built) -> dict[str, Sizes]:
    found = json.loads((packages.folder / "packages.json").read_text(encoding="utf-8"))["packages"]
    return {stage: Sizes(*(found[stage][name] for name in ("sources", "unzipped", "zipped", "digest"))) for stage in STAGES}


# ---------------------------------------------------------------- what they do


def test_the_api_answers(packages: Built, tmp_path: Path) -> None:
    with start(packages, "query", tmp_path) as sandbox:
        assert "<!doctype html>" in sandbox.invoke(event("query-page")).answer["body"]
        added = sandbox.invoke(event("query-add-feed")).answer
    assert json.loads(added["body"])["url"] == "https://example.org/feed.xml"


def test_the_schedule_finds_no_feed_due(packages: Built, tmp_path: Path) -> None:
    assert invoke(packages, "fetch", event("schedule"), tmp_path).answer == {"sent": 0}


@pytest.mark.parametrize("stage", ["clean", "extract", "publish"])
def test_a_stage_sets_a_hopeless_message_aside(packages: Built, stage: str, tmp_path: Path) -> None:
    done = invoke(packages, stage, event("poison"), tmp_path)
    assert done.answer == {"batchItemFailures": []}
    letters = SqliteQueue(tmp_path / "queues.sqlite", f"{stage.title()}DeadLetterQueue").peek()
    assert {letter.attributes[REASON].split(":")[0] for letter in letters} <= {"NotFound", "BadInput"}
    assert len(letters) == len(event("poison")["Records"])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_clean_makes_of_a_page_what_the_checkout_makes(packages: Built, page: Path, tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    kind = "text/plain" if page.suffix == ".txt" else "text/html"
    known = DocumentId("d1")
    document = RawDocument(
        document_id=known,
        url=f"https://example.org/{page.name}",
        content_type=kind,
        fetched_at=NOW,
        correlation_id=CorrelationId("c"),
    )
    blobs.put_if_absent(keys.document_blob(known), as_blob(document, page.read_bytes()))
    message = CleanDocument(correlation_id=CorrelationId("c"), document_id=known, blob_key=keys.document_blob(known))
    record = {**event("clean")["Records"][0], "body": message.model_dump_json()}
    assert invoke(packages, "clean", {"Records": [record]}, tmp_path).answer == {"batchItemFailures": []}
    made = {blobs.get(key).decode() for key in blobs.keys("articles/")}
    assert made == {article.model_dump_json() for article in clean_document(document, page.read_bytes())}


def test_extract_says_of_an_article_what_the_checkout_says(packages: Built, tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    article = Article(article_id=ArticleId("a1"), version="v1", text=TEXT, published=NOW)
    key = keys.article_blob(article.article_id, article.version)
    blobs.put_if_absent(key, article.model_dump_json().encode())
    message = ExtractArticle(correlation_id=CorrelationId("c"), article_id=article.article_id, blob_key=key)
    record = {**event("extract")["Records"][0], "body": message.model_dump_json()}
    assert invoke(packages, "extract", {"Records": [record]}, tmp_path).answer == {"batchItemFailures": []}
    (sent,) = SqliteQueue(tmp_path / "queues.sqlite", "PublishQueue").peek()
    told = PublishExtraction.model_validate_json(sent.body)
    wanted = load_extractor(Settings()).extract(article.article_id, article.text, article.published)
    assert wanted.events
    assert json.loads(blobs.get(told.extraction_key)) == json.loads(wanted.model_dump_json())


# ---------------------------------------------------------------- what they cost


@pytest.mark.parametrize("stage", STAGES)
def test_a_package_is_no_larger_than_its_limit(packages: Built, stage: str) -> None:
    assert outgrown({stage: listed(packages)[stage]}, limits()) == []


def test_a_package_that_outgrows_its_limit_is_told_by_how_much() -> None:
    sizes = {"query": Sizes(30_000_000, 41_000_000, 9_000_000, "")}
    assert outgrown(sizes, limits()) == ["query is 41.0 MB unzipped; its limit is 40"]


@pytest.mark.parametrize(("stage", "most_mb"), [("query", 120), ("extract", 400)])
def test_a_function_needs_far_less_memory_than_it_has(packages: Built, stage: str, most_mb: int, tmp_path: Path) -> None:
    sent = event("query-events") if stage == "query" else event("poison")
    assert 20 < invoke(packages, stage, sent, tmp_path).memory_mb < most_mb < read_wiring().function(stage).memory_mb


def test_the_model_is_loaded_before_the_first_article(packages: Built, tmp_path: Path) -> None:
    done = invoke(packages, "extract", event("poison"), tmp_path)
    assert done.init_ms is not None and done.duration_ms < done.init_ms


# ---------------------------------------------------------------- what they hold


@pytest.mark.parametrize("stage", ["fetch", "clean", "publish", "query"])
def test_only_extract_carries_the_model_and_what_reads_it(packages: Built, stage: str) -> None:
    folder = packages.folder / stage
    for name in (
        "spacy",
        "thinc",
        "numpy",
        "blis",
        "tidings/en_tidings",
        "tidings/extract",
        "tidings/data/event_triggers.tsv",
    ):
        assert not (folder / name).exists(), name
        assert (packages.folder / "extract" / name).exists(), name


@pytest.mark.parametrize("stage", STAGES)
def test_no_package_carries_the_command_line_or_the_runner(packages: Built, stage: str) -> None:
    held = {path.name for path in (packages.folder / stage / "tidings").iterdir()}
    assert not held & {"cli", "local"}
    assert not list((packages.folder / stage / "tidings").rglob("bundled"))


@pytest.mark.parametrize("stage", STAGES)
def test_every_module_is_compiled_with_a_hash_that_is_not_checked(packages: Built, stage: str) -> None:
    folder = packages.folder / stage
    modules = [*folder.rglob("tidings/**/*.py"), *folder.glob("*_handler.py")]
    for path in modules:
        (compiled,) = (path.parent / "__pycache__").glob(f"{path.stem}.cpython-*.pyc")
        assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"  # PEP 552
    assert modules


def test_a_package_imports_nothing_from_the_checkout(packages: Built) -> None:
    place = packages.place(read_wiring().function("extract"))
    code = (
        "import extract_handler, sys\n"
        "print('\\n'.join(module.__file__ for module in sys.modules.values() if getattr(module, '__file__', 0)))"
    )
    environment = {"AWS_DEFAULT_REGION": "eu-west-1"}
    done = subprocess.run(
        [str(place.python), "-S", "-c", code], cwd=place.package, capture_output=True, text=True, check=True, env=environment
    )
    imported = done.stdout.splitlines()
    assert any("/tidings/extract/" in path for path in imported)
    assert not [
        path for path in imported if "site-packages" in path or path.startswith((str(ROOT / "shared"), "/usr/lib/python3/"))
    ]
    # spaCy's command line costs a third of its import.
    assert not {"typer", "requests", "boto3"} & {
        Path(path).relative_to(place.package).parts[0] for path in imported if str(place.package) in path
    }


def test_the_stand_in_for_blis_multiplies_as_blis_does(packages: Built) -> None:
    place = packages.place(read_wiring().function("extract"))
    code = (
        "import numpy; from thinc.api import NumpyOps\n"
        "a, b = (numpy.arange(6, dtype='f').reshape(s) for s in ((2, 3), (3, 2)))\n"
        "o = NumpyOps(); out = numpy.ones((2, 2), 'f'); o.gemm(a, b, out=out)\n"
        "print(o.gemm(a, b).tolist(), o.gemm(a, a, trans2=True).tolist(), o.gemm(b, b, trans1=True).tolist(), out.tolist())"
    )
    done = subprocess.run(
        [str(place.python), "-S", "-c", code], cwd=place.package, capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout.strip() == (
        "[[10.0, 13.0], [28.0, 40.0]] [[5.0, 14.0], [14.0, 50.0]] [[20.0, 26.0], [26.0, 35.0]] [[10.0, 13.0], [28.0, 40.0]]"
    )


# ---------------------------------------------------------------- how they are made


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests, kept = set(), builder.wheelhouse(HERE)
    monkeypatch.setattr(builder, "wheelhouse", lambda target: kept)  # nothing is downloaded again
    for name in ("one", "two"):
        monkeypatch.setattr(builder, "BUILD", tmp_path / name)  # the wheels are installed anew
        digests.add(build_all(["publish"], HERE, tmp_path / name / "packages")["publish"].digest)
        shutil.rmtree(tmp_path / name)
    assert len(digests) == 1


def test_a_build_for_sam_is_the_package_itself(packages: Built, tmp_path: Path) -> None:
    command = [
        "make",
        "-f",
        "infra/Makefile",
        "build-QueryFunction",
        f"ARTIFACTS_DIR={tmp_path}",
        f"PYTHON={sys.executable}",
    ]
    command += [f"RUNTIME={HERE.runtime}", f"ARCHITECTURE={HERE.architecture}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made, known = ({path.relative_to(f) for path in f.rglob("*")} for f in (tmp_path, packages.folder / "query"))
    assert made == known


# ---------------------------------------------------------------- the command


def tidings(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tidings", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_runs_a_package_and_tells_what_it_took(packages: Built, tmp_path: Path) -> None:
    done = tidings(tmp_path, "invoke", "--package", "fetch", "-e", str(EVENTS / "schedule.json"))
    assert (done.returncode, json.loads(done.stdout)) == (0, {"sent": 0})
    (line,) = done.stderr.splitlines()
    assert line.startswith("Duration: ") and "Init Duration: " in line and line.endswith(" MB")


def test_a_folder_without_packages_is_one_line(tmp_path: Path) -> None:
    done = tidings(tmp_path, "invoke", "--packages", str(tmp_path), "fetch", "-e", str(EVENTS / "schedule.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"tidings: no packages in {tmp_path}: make build RUNTIME={HERE.runtime}\n"


def test_packages_for_another_machine_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "fetch").mkdir()
    (tmp_path / "packages.json").write_text('{"runtime": "3.13", "architecture": "riscv"}')
    done = tidings(tmp_path, "invoke", "--packages", str(tmp_path), "fetch", "-e", str(EVENTS / "schedule.json"))
    assert done.returncode == 2
    assert done.stderr == f"tidings: {tmp_path} is for riscv, this machine is {HERE.architecture}\n"
