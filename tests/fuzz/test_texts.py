"""Random and damaged texts for every reader: names, YAML, XML, FEEL, BPMN, DMN, letters, forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import feel
from rathaus.engines.correspondence.public import check_letter
from rathaus.engines.forms.content import clean_name, extension_of, shown_name
from rathaus.engines.forms.public import InvalidForm, check_definition, load_definition
from rathaus.engines.processes.public import check_process
from rathaus.kernel.public import text, xml, yaml
from tests.factories.processes import environment

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared/testdata"
BLUEPRINTS = ROOT / "blueprints"
WILD = st.text(st.characters(exclude_categories=()), max_size=60)
PIECES = st.sampled_from(
    """1 -1 0.5 "a" null true x ( ) [ ] { } , : .. . + - * / ** = != < > and or not if then else for in return some
    every satisfies between instance of function @ string( count( sum( date( duration( matches( replace( sort(
    a b ?""".split()  # noqa: SIM905 - as a list it is a page
)
LETTER = "---\ntitle: x\n---\n"
VALUES = st.one_of(WILD, st.integers(), st.lists(st.integers(), max_size=3), st.none())


@st.composite
def damaged(draw: st.DrawFn, sources: tuple[bytes, ...]) -> bytes:
    """One of the files with some bytes cut out, doubled, exchanged, or put in."""
    data = bytearray(draw(st.sampled_from(sources)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        kind = draw(st.sampled_from(("cut", "double", "put", "end")))
        if kind == "cut":
            del data[start:end]
        elif kind == "double":
            data[end:end] = data[start:end]
        elif kind == "put":
            data[start:end] = draw(
                st.one_of(st.binary(max_size=8), WILD.map(lambda t: t.encode("utf-8", "replace")))
            )
        else:
            del data[start + 200 :]
    return bytes(data)


def files(pattern: str, folder: Path = BLUEPRINTS, most: int = 20) -> tuple[bytes, ...]:
    found = tuple(path.read_bytes() for path in sorted(folder.glob(pattern))[:most])
    assert found or folder.is_relative_to(SHARED), pattern
    return found or (b"",)


@given(WILD, st.sampled_from(["pdf", "jpg", ""]))
@example("..", "pdf")
@example("\u202e" * 300, "pdf")
def test_a_name_is_always_a_name(name: str, extension: str) -> None:
    clean = clean_name(name, extension or "pdf")
    assert clean.endswith(f".{extension or 'pdf'}")
    assert 4 < len(clean.encode()) <= 255
    assert not set(clean) & set('\\/:*?"<>|\x00\n\r\u202e') and not clean.startswith((".", "-", " "))
    assert shown_name(name).isprintable()
    assert extension_of(name) in ("", "pdf", "jpg", "png", "heic", "tiff", "docx", "xlsx", "odt", "txt")


@given(WILD)
def test_folding_and_slugs_hold_still(given_text: str) -> None:
    assert text.fold(text.fold(given_text)) == text.fold(given_text)
    slug = text.slug(given_text)
    assert text.slug(slug) == slug and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.one_of(WILD, st.binary(max_size=80), damaged(files("*/form.yaml"))))
def test_yaml_is_data_or_refused_with_a_place(source: str | bytes) -> None:
    try:
        yaml.load(source)
    except yaml.BrokenYaml as broken:
        assert broken.line > 0 and broken.message


@given(st.one_of(st.binary(max_size=80), damaged(files("*/process.bpmn"))))
def test_xml_is_a_tree_or_refused_with_a_place(source: bytes) -> None:
    try:
        xml.parse(source)
    except xml.XmlError as refused:
        assert refused.place and str(refused)


@given(
    st.one_of(WILD, st.lists(PIECES, max_size=25).map(" ".join)),
    st.dictionaries(st.sampled_from("axb"), VALUES, max_size=3),
)
def test_feel_is_a_value_or_a_feel_error(source: str, values: dict[str, object]) -> None:
    limits = feel.Limits(steps=20_000)
    try:
        feel.compile_expression(source, names=list(values), limits=limits).evaluate(values)
    except feel.FeelError as error:
        assert error.message and error.line > 0


@pytest.mark.parametrize("folder", [BLUEPRINTS, SHARED / "bpmn-miwg"], ids=["ours", "miwg"])
def test_a_damaged_process_is_checked_without_a_fault(folder: Path) -> None:
    town = environment()

    @given(damaged(files("**/*.bpmn", folder)))
    def check(source: bytes) -> None:
        for finding in check_process(source, environment=town):
            assert finding.place and finding.message

    check()


@given(damaged(files("*/decisions/*.dmn")))
def test_a_damaged_decision_is_a_model_or_a_feel_error(source: bytes) -> None:
    try:
        feel.load_model(source)
    except feel.FeelError as error:
        assert error.message


@given(
    st.one_of(
        damaged(files("*/letters/*.md")), WILD.map(lambda wild: (LETTER + wild).encode("utf-8", "replace"))
    )
)
def test_a_damaged_letter_is_checked_without_a_fault(source: bytes) -> None:
    for finding in check_letter(source.decode("utf-8", "replace")):
        assert finding.message


@given(damaged(files("*/form.yaml")))
def test_a_damaged_form_is_a_form_or_findings(source: bytes) -> None:
    try:
        content = yaml.load(source)
    except yaml.BrokenYaml:
        return
    findings = check_definition(content)
    try:
        form = load_definition(content)
    except InvalidForm as refused:
        assert refused.findings and findings
        return
    form.validate({}, language="de")
