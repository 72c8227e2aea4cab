"""Running a folder laid out like the DMN Technology Compatibility Kit (github.com/dmn-tck/tck)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

from .compare import equals, identical
from .decimals import parse_number
from .dmn.model import DecisionResult, ImportResolver, Model, load_model
from .dmn.xml import local, parse_xml
from .errors import FeelError
from .runtime import Run
from .temporal.text import parse_date, parse_date_time, parse_duration, parse_time
from .texts import text_of
from .values import Value

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TOLERANCE = Decimal("1E-8")


@dataclass(frozen=True, slots=True)
class Failure:
    """A test case that went wrong, at its first wrong result node."""

    folder: str
    file: str
    case: str
    node: str
    message: str


@dataclass(slots=True)
class Report:
    passed: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.failures)


def run_folder(folder: Path) -> Report:
    """Run all tests below the folder. Raises FeelError when there are none."""
    report = Report()
    files = sorted(path for path in folder.rglob("*.xml") if "-test-" in path.name)
    if not files:
        raise FeelError(f"Im Ordner {folder} liegen keine Tests (*-test-*.xml).")
    for path in files:
        _run_file(path, report)
    return report


def _run_file(path: Path, report: Report) -> None:
    try:
        root = parse_xml(path.read_bytes())
        cases = [one for one in root if local(one) == "testCase"]
        model = _model_for(path, root)
    except (FeelError, OSError) as broken:
        report.failures.append(Failure(path.parent.name, path.name, "", "", str(broken)))
        return
    for case in cases:
        wrong = _wrong_node(model, case)
        if wrong is None:
            report.passed += 1
        else:
            report.failures.append(Failure(path.parent.name, path.name, case.get("id", ""), *wrong))


def _model_for(path: Path, root: Element) -> Model:
    name = next(("".join(one.itertext()).strip() for one in root if local(one) == "modelName"), "")
    return load_model((path.parent / Path(name).name).read_bytes(), resolve_import=_resolver(path.parent))


def _resolver(folder: Path) -> ImportResolver:
    """Imports are found by namespace among the models of the same folder."""

    def resolve(namespace: str, location: str) -> bytes | None:
        for path in sorted(folder.glob("*.dmn")):
            data = path.read_bytes()
            if parse_xml(data).get("namespace") == namespace:
                return data
        return None

    return resolve


def _wrong_node(model: Model, case: Element) -> tuple[str, str] | None:
    """(node, message) of the first wrong result, None when all are right."""
    try:
        inputs: dict[str, object] = {
            one.get("name", ""): _value_in(one) for one in case if local(one) == "inputNode"
        }
        for node in (one for one in case if local(one) == "resultNode"):
            name = node.get("name", "")
            message = _compare(_result(model, case, name, inputs), node)
            if message:
                return name, message
    except FeelError as wrong:
        return "", str(wrong)
    return None


def _result(model: Model, case: Element, name: str, inputs: dict[str, object]) -> DecisionResult:
    invocable = case.get("invocableName")
    if not invocable:
        return model.evaluate(name, inputs)
    result = model.evaluate(invocable, inputs)
    if case.get("type") == "decisionService" and isinstance(result.value, dict) and len(_results(case)) > 1:
        return DecisionResult(result.value.get(name), warnings=result.warnings)
    return result


def _results(case: Element) -> list[Element]:
    return [one for one in case if local(one) == "resultNode"]


def _compare(result: DecisionResult, node: Element) -> str:
    """Why the result is wrong, empty when it is right."""
    expected: Value = None
    if node.get("errorResult") not in ("true", "1"):
        wanted = next((one for one in node if local(one) == "expected"), None)
        expected = None if wanted is None else _value_in(wanted)
    if _matches(result.value, expected):
        return ""
    run = Run()
    because = f" ({result.warnings[0]})" if result.warnings else ""
    return f"erwartet {text_of(expected, run)}, erhalten {text_of(result.value, run)}{because}"


def _matches(actual: Value, expected: Value) -> bool:
    if isinstance(actual, Decimal) and isinstance(expected, Decimal):
        return abs(actual - expected) <= _TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(_matches, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            _matches(actual[key], expected[key]) for key in actual
        )
    return identical(actual, expected) or equals(actual, expected) is True


def _value_in(element: Element) -> Value:
    """The value of an inputNode, expected, component or item element."""
    parts = list(_parts(element))
    if not parts:
        return None
    if local(parts[0]) == "value":
        return _simple(parts[0])
    if local(parts[0]) == "list":
        if parts[0].get(_NIL) in ("true", "1"):
            return None
        return [_value_in(item) for item in parts[0] if local(item) == "item"]
    return {part.get("name", ""): _value_in(part) for part in parts}


def _parts(element: Element) -> Iterator[Element]:
    for one in element:
        if local(one) in ("value", "list", "component"):
            yield one


def _simple(element: Element) -> Value:
    if element.get(_NIL) in ("true", "1"):
        return None
    text = element.text or ""
    kind = element.get(_TYPE, "string").rpartition(":")[2]
    bare = text.strip()
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return parse_number(bare)
    if kind == "boolean":
        return bare in ("true", "1")
    readers = {
        "date": parse_date,
        "time": parse_time,
        "dateTime": parse_date_time,
        "duration": parse_duration,
    }
    reader = readers.get(kind)
    return text if reader is None else reader(bare)
