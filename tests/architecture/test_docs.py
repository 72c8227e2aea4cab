"""The reference says what the code knows, no more and no less; links lead somewhere; the how-to's example works."""

from __future__ import annotations

import re
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import pytest
from django.core.management import get_commands, load_command_class
from pydantic import BaseModel

from feel.builtins.registry import FUNCTIONS
from feel.dmn.hits import POLICIES
from feel.limits import Limits
from rathaus.blueprints.bundle.descriptor import Descriptor
from rathaus.blueprints.bundle.example import Example
from rathaus.blueprints.public import check_blueprint
from rathaus.casework.examples.player import play_blueprint
from rathaus.engines.correspondence.enums import LetterKind, Remedy
from rathaus.engines.correspondence.letters.formats import FORMATS
from rathaus.engines.correspondence.letters.frontmatter import KEYS
from rathaus.engines.forms.compiled import builder
from rathaus.engines.forms.definition.report import Report
from rathaus.engines.forms.definition.scope import root_scope
from rathaus.engines.forms.definition.spec import Reading, Spec
from rathaus.engines.forms.kinds import KINDS
from rathaus.engines.processes.actions import input_names
from rathaus.engines.processes.bpmn import tags
from rathaus.engines.processes.bpmn.elements import EXTENSIONS
from rathaus.engines.processes.enums import IncidentKind
from rathaus.engines.processes.public import actions
from rathaus.site.settings import ENV
from tests.architecture import tree

DOCS = tree.ROOT / "docs"
REFERENCE = DOCS / "reference"
TUTORIAL = DOCS / "how-to/designers.md"
HIDDEN_OPTIONS = {"--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"}
HIDDEN_OPTIONS |= {"--no-color", "--force-color", "--skip-checks"}
OF_TESTS = ("RATHAUS_FUZZ", "RATHAUS_FAULTS")  # read by tests only, never by the program
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def section(page: str, heading: str) -> str:
    """Return the text below a heading, up to the next one of the same or a higher level."""
    text = (REFERENCE / page).read_text()
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {heading}"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table lines; those below a heading line only."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|--")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def first_codes(text: str) -> set[str]:
    """Return what stands in code marks in the first cell of each line."""
    return {code for cells in rows(text) for code in CODE.findall(cells[0])}


def cells_of(text: str, name: str) -> list[str]:
    return next(cells for cells in rows(text) if cells[0] == f"`{name}`")


def keys_of(model: type[BaseModel], place: str = "") -> set[str]:
    """Return the paths of all keys of a model, as the reference writes them."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        path = place + (field.alias or name)
        found.add(path)
        for inner, suffix in _models(field.annotation, ""):
            if inner.__name__ not in {"Text", "GermanText"}:
                found |= keys_of(inner, f"{path}{suffix}.")
    return found


def _models(annotation: Any, suffix: str) -> list[tuple[type[BaseModel], str]]:
    origin = get_origin(annotation)
    if origin in (list, dict):
        deeper = suffix + ("[]" if origin is list else ".KEY")
        return [pair for part in get_args(annotation) for pair in _models(part, deeper)]
    if origin in (Union, types.UnionType):
        return [pair for part in get_args(annotation) for pair in _models(part, suffix)]
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return [(annotation, suffix)] if is_model else []


def test_every_key_of_a_blueprint() -> None:
    assert first_codes(section("blueprint.md", "blueprint.yaml")) == keys_of(Descriptor)


def test_every_key_of_an_example() -> None:
    assert first_codes(section("blueprint.md", "examples/*.yaml")) == keys_of(Example)


def test_every_type_of_field() -> None:
    table = section("forms.md", "Types").split("\n\n| key")[0]
    assert first_codes(table) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_key_of_a_field(name: str) -> None:
    common = first_codes(section("forms.md", "Keys of every field"))
    table = section("forms.md", "Types")
    documented = common | set(CODE.findall(cells_of(table, name)[1]))
    spec = Spec({"id": "feld", "type": name}, "", Reading(Report()), root_scope([]))
    spec.take("type")
    builder._read_field(spec, KINDS[name], ())
    assert documented == spec._asked


def test_every_prefill() -> None:
    documented = set(re.findall(r"`person\.(\w+)`", section("forms.md", "Types")))
    assert documented == set(builder.PREFILLS)


def test_every_element() -> None:
    table = section("processes.md", "Elements").split("\n\n| trigger")[0]
    assert first_codes(table) == set(tags.KINDS)


@pytest.mark.parametrize("name", sorted(tags.KINDS))
def test_every_attribute_of_an_element(name: str) -> None:
    _, attributes, inner, _ = cells_of(section("processes.md", "Elements"), name)
    kind = tags.KINDS[name]
    assert set(CODE.findall(attributes)) == tags.RATHAUS_ATTRIBUTES.get(kind, frozenset())
    assert set(CODE.findall(inner)) == set(EXTENSIONS.get(kind, ()))


def test_every_trigger_and_what_is_refused() -> None:
    text = section("processes.md", "Elements")
    known = set(CODE.findall(text))
    assert {*tags.TRIGGERS, *tags.UNSUPPORTED, *tags.UNSUPPORTED_TRIGGERS} <= known


def test_every_action() -> None:
    assert first_codes(section("processes.md", "Actions")) == set(actions.keys())


def test_inputs_and_outputs_of_every_action() -> None:
    table = section("processes.md", "Actions")
    for action in actions:
        _, inputs, outputs, _ = cells_of(table, action.name)
        given = fields(action.outputs) if is_dataclass(action.outputs) else ()
        named = set(re.findall(r"`(\w+)` \(", inputs))
        assert named == set(input_names(action.inputs)), action.name
        assert set(CODE.findall(outputs)) == {entry.name for entry in given}, action.name


def test_every_kind_of_incident() -> None:
    assert first_codes(section("processes.md", "Incidents")) == set(IncidentKind.values)


def test_every_function_of_feel() -> None:
    listed = {name for cells in rows(section("feel.md", "Functions")) for name in CODE.findall(cells[1])}
    assert listed == set(FUNCTIONS)


def test_every_hit_policy_and_limit() -> None:
    text = section("feel.md", "Decision models")
    assert {policy.removeprefix("COLLECT ") for policy in POLICIES} <= set(CODE.findall(text))
    assert first_codes(section("feel.md", "Limits")) == {entry.name for entry in fields(Limits)}


def test_every_key_and_format_of_a_letter() -> None:
    text = (DOCS / "how-to/letters.md").read_text()
    assert set(re.findall(r"^(\w+):", text.split("---")[1], re.MULTILINE)) == set(KEYS)
    assert set(re.findall(r"\\\| (\w+) \}\}", text)) == set(FORMATS)
    assert {*LetterKind.values, *Remedy.values} <= set(re.findall(r"\w+", text))


def own_commands() -> dict[str, str]:
    return {
        name: app
        for name, app in get_commands().items()
        if isinstance(app, str) and app.startswith("rathaus")
    }


def test_every_command() -> None:
    text = (REFERENCE / "commands.md").read_text()
    documented = set(re.findall(r"^## `rathaus ([\w ]+)`$", text, re.MULTILINE))
    assert documented == {name.replace("_", " ") for name in own_commands()}


@pytest.mark.parametrize("name", sorted(own_commands()))
def test_every_option_of_a_command(name: str) -> None:
    words = name.replace("_", " ")
    parser = load_command_class(own_commands()[name], name).create_parser("rathaus", words)
    options = {option for option in parser._option_string_actions if option.startswith("--")}
    text = section("commands.md", f"`rathaus {words}`")
    assert set(re.findall(r"`(--[\w-]+)`", text)) == options - HIDDEN_OPTIONS


def pages() -> list[Path]:
    return [path for path in tree.tracked_files() if path.suffix == ".md" and path.is_relative_to(DOCS)]


def test_pages_name_known_variables_only() -> None:
    named = {name for path in pages() for name in re.findall(r"\bRATHAUS_[A-Z_]+\b", path.read_text())}
    assert {name for name in named if not name.startswith(OF_TESTS)} == set(ENV.names)


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    dead = []
    for page in [*pages(), tree.ROOT / "README.md"]:
        for link in LINK.findall(page.read_text()):
            target, _, anchor = link.partition("#")
            path = (page.parent / target).resolve() if target else page
            if "://" in link or link.startswith("mailto:"):
                continue
            if not path.exists() or (anchor and anchor not in anchors(path)):
                dead.append(f"{tree.relative(page)}: {link}")
    assert dead == []


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """The service that the how-to builds, as a folder."""
    files = re.findall(r"^```\w+ (\S+\.\w+)\n(.*?)^```$", TUTORIAL.read_text(), re.MULTILINE | re.DOTALL)
    for name, content in files:
        path = tmp_path / "baumpatenschaft" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / "baumpatenschaft"


def test_the_example_of_the_how_to_passes_its_check(tutorial: Path) -> None:
    reports = check_blueprint(tutorial)
    assert len(reports) == 9
    assert [report for report in reports if not report.ok] == []


@pytest.mark.django_db
def test_the_example_of_the_how_to_can_be_played(tutorial: Path) -> None:
    outcomes = play_blueprint(tutorial)
    assert len(outcomes) == 4
    assert [outcome for outcome in outcomes if not outcome.ok] == []
