"""Our engine and SpiffWorkflow 3.2 side by side, after every push: open tasks, elements done, end, results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rathaus.kernel.public import clock
from tests.factories.processes import Playground

from .oracle.drawings import DRAWN
from .oracle.model import Drawn, View
from .oracle.ours import Ours
from .oracle.spiff import START, Spiff, mended

# Where SpiffWorkflow does something else, why ours is right, and the whole end that ours must come to.
OTHERWISE: dict[str, tuple[str, View]] = {
    "fork_in_loop": (
        "On the second pass SpiffWorkflow opens the parallel join with the token of b alone, as a came in the first "
        "pass. A join waits for a token on each incoming flow (BPMN 2.0.2, 13.4.1).",
        View(
            {},
            {"a": 2, "auf": 2, "b": 2, "end": 1, "fuss": 2, "kopf": 2, "start": 1, "zu": 2},
            True,
            {"a": 0, "b": 0},
        ),
    ),
    "first_event_in_some": (
        "SpiffWorkflow opens the inclusive join while m is still open, which lies before it by way of the gateway of "
        "events. The join waits as long as a token can still come (BPMN 2.0.2, 13.4.3).",
        View(
            {},
            {"a": 1, "auf": 1, "eins": 1, "end": 1, "m": 1, "post": 1, "start": 1, "was": 1, "zu": 1},
            True,
            {"a": 0, "m": [0], "post": 0},
        ),
    ),
    "border_of_subprocess": (
        "SpiffWorkflow throws away what people entered in a subprocess that is interrupted. Ours keeps it: the clerk "
        "did it, and it is in the file.",
        View(
            {}, {"a": 1, "auf": 1, "e0": 1, "f": 1, "s": 1, "schlecht": 1, "start": 1, "t0": 1}, True, {"a": 0, "t0": 0}
        ),
    ),
    "error_through_two": (
        "SpiffWorkflow lets the scopes that the error has left go on and end as if nothing had happened (e1, t1, t2). "
        "An interrupted activity does not end (BPMN 2.0.2, 10.5.6).",
        View({}, {"a": 1, "b": 1, "e2": 1, "e3": 1, "f": 1, "s1": 1, "s2": 1, "start": 1}, True, {"a": 0, "b": 0}),
    ),
    "called_fails": (
        "SpiffWorkflow counts the call as done though its error event has interrupted it (BPMN 2.0.2, 10.5.6).",
        View({}, {"a": 1, "b": 1, "e": 1, "e3": 1, "r": 1, "s": 1, "start": 1}, True, {"b": 0}),
    ),
}  # fmt: skip


def views(town: Playground, drawn: Drawn) -> Iterator[tuple[View, View]]:
    """What both show after the start and after each push."""
    with clock.travel(START), mended():
        ours, other = Ours(town, drawn), Spiff(drawn)
        yield ours.view(), other.view()
        for push in drawn.script:
            ours.push(push)
            other.push(push)
            yield ours.view(), other.view()


@pytest.mark.parametrize(
    "drawn", [pytest.param(drawn, id=drawn.name) for drawn in DRAWN if drawn.name not in OTHERWISE]
)
def test_a_drawn_process_goes_the_same_way_in_both(town: Playground, drawn: Drawn) -> None:
    pairs = list(views(town, drawn))
    assert [ours for ours, _other in pairs] == [other for _ours, other in pairs]
    assert pairs[-1][0].ended


@pytest.mark.parametrize("name", OTHERWISE)
def test_where_the_other_engine_is_wrong_ours_is_right(town: Playground, name: str) -> None:
    _why, expected = OTHERWISE[name]
    (drawn,) = (drawn for drawn in DRAWN if drawn.name == name)
    pairs = list(views(town, drawn))
    assert pairs[-1][0] == expected
    assert any(ours != other for ours, other in pairs), (
        "SpiffWorkflow agrees by now: strike the entry from the list"
    )


def test_every_drawing_is_one_of_its_own() -> None:
    assert len({drawn.name for drawn in DRAWN}) == len(DRAWN) >= 60
    assert set(OTHERWISE) < {drawn.name for drawn in DRAWN}
