"""The command line with random files, words and surroundings: 0, 1 or 2, and never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rathaus.kernel.public import audit
from rathaus.site import cli
from tests.fuzz.conftest import EXAMPLES
from tests.fuzz.test_texts import damaged, files

pytestmark = pytest.mark.django_db
CHECKS = {
    "process check": "x.bpmn",
    "blueprint check": "ordner",
    "forms check": "form.yaml",
    "forms import": "form.yaml",
    "letter check": "brief.md",
}
SOURCES = files("*/form.yaml") + files("*/process.bpmn") + files("*/letters/*.md") + files("*/blueprint.yaml")
CONTENT = st.one_of(
    st.binary(max_size=200),
    damaged(SOURCES),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
    ).map(lambda data: json.dumps(data).encode()),
)
WORD = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12),
    st.sampled_from(["--json", "--help", "--data", "--channel", "--since", "--key", "--position", "--head", "-1", "",
                     "--", "-", "/", "/dev/null", "..", "x" * 5_000, "\udcff", "9" * 400, "@/etc/passwd"]),
)  # fmt: skip
NAMES = st.sampled_from(
    ["audit verify", "audit key", "restore", "submit", "doctor --quick", "keys", "letter check", "process check",
     "forms check", "blueprint check", "blobs verify", "sessions end"]
)  # fmt: skip
SETTINGS = settings(
    max_examples=max(25, EXAMPLES // 4),
    suppress_health_check=list(HealthCheck),
)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code and what stands on stdout; refuses tracebacks and the last net."""
    log = Path(os.environ["RATHAUS_DATA_DIR"]) / "log/cli.log"
    before = log.stat().st_size if log.exists() else 0
    code = cli.main(list(words))
    out, err = capsys.readouterr()
    told = log.read_text()[before:] if log.exists() else ""
    assert code in (0, 1, 2) and not told, (words, code, told)
    assert "Traceback" not in out + err
    assert code == 0 or out.strip() or err.strip()
    return code, out


@SETTINGS
@given(command=st.sampled_from(sorted(CHECKS)), content=CONTENT)
def test_any_bytes_are_reported_on(
    command: str, content: bytes, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    given_file = folder / CHECKS[command]
    if command == "blueprint check":
        given_file.mkdir()
        (given_file / "blueprint.yaml").write_bytes(content)
    else:
        given_file.write_bytes(content)
    code, out = run(capsys, *command.split(), str(given_file), "--json")
    reports = json.loads(out)["files"]
    assert reports and all(report["ok"] for report in reports) == (code == 0)
    assert all(item["message"] for report in reports for item in report["findings"])
    assert all(report["ok"] or report["findings"] for report in reports)


@SETTINGS
@given(content=CONTENT, slug=WORD)
@example(content=b"{}", slug="wohnberatung")
def test_any_application_is_taken_or_refused(
    content: bytes, slug: str, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path_factory.mktemp("submit") / "antrag.json"
    file.write_bytes(content)
    code, out = run(capsys, "submit", "--data", str(file), "--json", "--", slug)
    if code != 2:
        assert json.loads(out)["files"][0]["ok"] == (code == 0)


@SETTINGS
@given(name=NAMES, words=st.lists(WORD, max_size=4))
@example(name="audit verify", words=["--position", "9" * 400])
@example(name="audit verify", words=["--position", "9" * 30])
@example(name="audit verify", words=["--since", "9999999999999"])
@example(name="audit verify", words=["--head", "x" * 5_000])
@example(name="restore", words=["x" * 5_000])
@example(name="letter check", words=["\udcff"])
def test_any_words_have_an_answer(
    name: str, words: list[str], capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if name.startswith("restore") and not words:
        words = [str(tmp_path_factory.mktemp("nothing"))]
    run(capsys, *name.split(), *words)


@SETTINGS
@given(content=CONTENT, name=st.sampled_from(["manifest.json", "generation", "latest", "x"]))
def test_a_folder_of_anything_is_no_backup(
    content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("backup")
    (folder / name).write_bytes(content)
    code, out = run(capsys, "restore", str(folder), "--json")
    assert code and json.loads(out)["ok"] is False


@SETTINGS
@given(content=CONTENT)
def test_any_file_may_be_said_to_be_an_end_of_the_log(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path_factory.mktemp("heads") / "ende.json"
    file.write_bytes(content)
    code, out = run(capsys, "audit", "verify", "--head", str(file), "--json")
    assert (code, json.loads(out)["files"][0]["ok"]) == (1, False)
    assert audit.head().position >= 0
