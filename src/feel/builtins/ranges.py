"""Functions over points and intervals (DMN 1.5, 10.3.4.9, table 78)."""

from __future__ import annotations

from ..compare import equals, in_range, less
from ..errors import FeelNull
from ..runtime import Run
from ..values import Range, Value, kind_of
from .registry import builtin

_POINT = "string|number|date|time|datetime|days|months"


def _sure(answer: bool | None) -> bool:
    if answer is None:
        raise FeelNull("Die Werte lassen sich nicht vergleichen.")
    return answer


def _lt(left: Value, right: Value) -> bool:
    return _sure(less(left, right))


def _eq(left: Value, right: Value) -> bool:
    if left is None or right is None:
        raise FeelNull(f"{kind_of(None)} lässt sich nicht vergleichen.")
    return _sure(equals(left, right))


def _ends_before(first: Range, second: Range) -> bool:
    if _lt(first.end, second.start):
        return True
    return _eq(first.end, second.start) and not (first.end_included and second.start_included)


def _point_before(point: Value, interval: Range) -> bool:
    return _lt(point, interval.start) or (_eq(point, interval.start) and not interval.start_included)


def _point_after(point: Value, interval: Range) -> bool:
    return _lt(interval.end, point) or (_eq(point, interval.end) and not interval.end_included)


def _starts_no_later(outer: Range, inner: Range) -> bool:
    if _lt(outer.start, inner.start):
        return True
    return _eq(outer.start, inner.start) and (outer.start_included or not inner.start_included)


def _ends_no_earlier(outer: Range, inner: Range) -> bool:
    if _lt(inner.end, outer.end):
        return True
    return _eq(inner.end, outer.end) and (outer.end_included or not inner.end_included)


@builtin("before", f"point1: {_POINT}", f"point2: {_POINT}")
def before_points(run: Run, first: Value, second: Value) -> Value:
    return _lt(first, second)


@builtin("before", f"point: {_POINT}", "range: range")
def before_range(run: Run, point: Value, interval: Range) -> Value:
    return _point_before(point, interval)


@builtin("before", "range: range", f"point: {_POINT}")
def range_before(run: Run, interval: Range, point: Value) -> Value:
    return _point_after(point, interval)


@builtin("before", "range1: range", "range2: range")
def ranges_before(run: Run, first: Range, second: Range) -> Value:
    return _ends_before(first, second)


@builtin("after", f"point1: {_POINT}", f"point2: {_POINT}")
def after_points(run: Run, first: Value, second: Value) -> Value:
    return _lt(second, first)


@builtin("after", f"point: {_POINT}", "range: range")
def after_range(run: Run, point: Value, interval: Range) -> Value:
    return _point_after(point, interval)


@builtin("after", "range: range", f"point: {_POINT}")
def range_after(run: Run, interval: Range, point: Value) -> Value:
    return _point_before(point, interval)


@builtin("after", "range1: range", "range2: range")
def ranges_after(run: Run, first: Range, second: Range) -> Value:
    return _ends_before(second, first)


@builtin("meets", "range1: range", "range2: range")
def meets(run: Run, first: Range, second: Range) -> Value:
    return first.end_included and second.start_included and _eq(first.end, second.start)


@builtin("met by", "range1: range", "range2: range")
def met_by(run: Run, first: Range, second: Range) -> Value:
    return meets(run, second, first)


@builtin("overlaps", "range1: range", "range2: range")
def overlaps(run: Run, first: Range, second: Range) -> Value:
    return not _ends_before(first, second) and not _ends_before(second, first)


@builtin("overlaps before", "range1: range", "range2: range")
def overlaps_before(run: Run, first: Range, second: Range) -> Value:
    starts_first = _lt(first.start, second.start) or (
        _eq(first.start, second.start) and first.start_included and not second.start_included
    )
    return starts_first and not _ends_before(first, second) and _ends_no_earlier(second, first)


@builtin("overlaps after", "range1: range", "range2: range")
def overlaps_after(run: Run, first: Range, second: Range) -> Value:
    return overlaps_before(run, second, first)


def _finishes(run: Run, first: Range, second: Range) -> Value:
    return (
        first.end_included == second.end_included
        and _eq(first.end, second.end)
        and _starts_no_later(second, first)
    )


@builtin("finishes", f"point: {_POINT}", "range: range")
def point_finishes(run: Run, point: Value, interval: Range) -> Value:
    return interval.end_included and _eq(interval.end, point)


@builtin("finishes", "range1: range", "range2: range")
def finishes(run: Run, first: Range, second: Range) -> Value:
    return _finishes(run, first, second)


@builtin("finished by", "range: range", f"point: {_POINT}")
def finished_by_point(run: Run, interval: Range, point: Value) -> Value:
    return interval.end_included and _eq(interval.end, point)


@builtin("finished by", "range1: range", "range2: range")
def finished_by(run: Run, first: Range, second: Range) -> Value:
    return _finishes(run, second, first)


@builtin("includes", "range: range", f"point: {_POINT}")
def includes_point(run: Run, interval: Range, point: Value) -> Value:
    return _sure(in_range(point, interval))


@builtin("includes", "range1: range", "range2: range")
def includes(run: Run, first: Range, second: Range) -> Value:
    return _starts_no_later(first, second) and _ends_no_earlier(first, second)


@builtin("during", f"point: {_POINT}", "range: range")
def point_during(run: Run, point: Value, interval: Range) -> Value:
    return _sure(in_range(point, interval))


@builtin("during", "range1: range", "range2: range")
def during(run: Run, first: Range, second: Range) -> Value:
    return includes(run, second, first)


def _starts(run: Run, first: Range, second: Range) -> Value:
    return (
        first.start_included == second.start_included
        and _eq(first.start, second.start)
        and _ends_no_earlier(second, first)
    )


@builtin("starts", f"point: {_POINT}", "range: range")
def point_starts(run: Run, point: Value, interval: Range) -> Value:
    return interval.start_included and _eq(interval.start, point)


@builtin("starts", "range1: range", "range2: range")
def starts(run: Run, first: Range, second: Range) -> Value:
    return _starts(run, first, second)


@builtin("started by", "range: range", f"point: {_POINT}")
def started_by_point(run: Run, interval: Range, point: Value) -> Value:
    return interval.start_included and _eq(interval.start, point)


@builtin("started by", "range1: range", "range2: range")
def started_by(run: Run, first: Range, second: Range) -> Value:
    return _starts(run, second, first)


@builtin("coincides", f"point1: {_POINT}", f"point2: {_POINT}")
def points_coincide(run: Run, first: Value, second: Value) -> Value:
    return _eq(first, second)


@builtin("coincides", "range1: range", "range2: range")
def coincides(run: Run, first: Range, second: Range) -> Value:
    return (
        (first.start_included, first.end_included) == (second.start_included, second.end_included)
        and _eq(first.start, second.start)
        and _eq(first.end, second.end)
    )
