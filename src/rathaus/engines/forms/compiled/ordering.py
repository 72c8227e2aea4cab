"""In which order conditions and computed values are worked out, so that each finds what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..definition.expressions import Expression
from ..definition.scope import Path
from ..kinds.structure import Computed
from .model import Field, Page

PAGE = "@page"


@dataclass(frozen=True, slots=True)
class Step:
    """A page or field whose visibility or value has to be worked out."""

    path: Path
    page: Page | None = None
    field: Field | None = None


class CycleError(Exception):
    def __init__(self, path: tuple[Path, ...]) -> None:
        super().__init__(path)
        self.path = path


def page_path(page: Page) -> Path:
    return (PAGE, page.id)


def ordered_steps(pages: tuple[Page, ...]) -> tuple[Step, ...]:
    """Return the steps in the order of their dependencies. Raises CycleError."""
    edges = _dependencies(pages)
    steps = {page_path(page): Step(page_path(page), page=page) for page in pages}
    steps |= {field.path: Step(field.path, field=field) for page in pages for field in page.walk()}
    return tuple(steps[path] for path in _sorted(edges) if _has_work(steps[path]))


def find_cycles(pages: tuple[Page, ...]) -> Iterator[tuple[str, str]]:
    """Yield place and German message of a circle among conditions and computed values."""
    try:
        ordered_steps(pages)
    except CycleError as error:
        fields = {field.path: field for page in pages for field in page.walk()}
        names = [_name(path) for path in error.path]
        first = next((fields[path] for path in error.path if path in fields), None)
        place = first.place if first is not None else "pages"
        yield place, f"Bedingungen oder Berechnungen verweisen im Kreis aufeinander: {' → '.join(names)}."


def _name(path: Path) -> str:
    return f"Seite {path[1]}" if path[0] == PAGE else ".".join(path)


def _has_work(step: Step) -> bool:
    if step.page is not None:
        return step.page.when is not None
    return step.field is not None and (step.field.when is not None or isinstance(step.field.kind, Computed))


def _dependencies(pages: tuple[Page, ...]) -> dict[Path, list[Path]]:
    """Return for each page and field what has to be known before."""
    inside = {field.path: [inner.path for inner in field.walk()] for page in pages for field in page.walk()}
    edges: dict[Path, list[Path]] = {}
    for page in pages:
        edges[page_path(page)] = list(_reads(page.when, (), inside))
        for field in page.walk():
            container = field.path[:-1] or page_path(page)
            edges[field.path] = [
                container,
                *_reads(field.when, field.path, inside),
                *_reads(_value(field), field.path, inside),
            ]
    return edges


def _value(field: Field) -> Expression | None:
    return field.kind.value if isinstance(field.kind, Computed) else None


def _reads(expression: Expression | None, reader: Path, inside: Mapping[Path, list[Path]]) -> Iterator[Path]:
    """Yield the fields that an expression reads; a container counts with all its fields, unless read from inside."""
    for path in sorted(expression.reads) if expression is not None else ():
        known = path
        while known and known not in inside:
            known = known[:-1]  # a part of an address or a file
        if not known:
            continue
        is_own_container = reader[: len(known)] == known and reader != known
        yield from [known] if is_own_container else inside[known]


def _sorted(edges: Mapping[Path, list[Path]]) -> list[Path]:
    """Sort by depth-first search without recursion, so that long chains are no danger."""
    done: dict[Path, bool] = {}
    result: list[Path] = []
    for start in edges:
        trail = [(start, iter(edges[start]))] if start not in done else []
        if trail:
            done[start] = False
        while trail:
            path, pending = trail[-1]
            following = next((item for item in pending if not done.get(item, False)), None)
            if following is None:
                done[path] = True
                result.append(path)
                trail.pop()
            elif following in done:
                circle = [item for item, _ in trail]
                raise CycleError((*circle[circle.index(following) :], following))
            else:
                done[following] = False
                trail.append((following, iter(edges[following])))
    return result
