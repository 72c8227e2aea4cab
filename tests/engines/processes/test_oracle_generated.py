"""Random processes in our engine and in SpiffWorkflow 3.2.

`RATHAUS_FUZZ=long` tries other ones each time, 2,000 or as many as `RATHAUS_FUZZ_EXAMPLES` says.
"""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from rathaus.kernel.public import clock
from tests.factories.processes import Playground

from .oracle.generated import Block, any_blocks, blocks, drawn_of
from .oracle.model import Done, Passed, Push, Sent, View
from .oracle.ours import Ours
from .oracle.spiff import START, HasFailed, Spiff, mended

IS_LONG = os.environ.get("RATHAUS_FUZZ") == "long"
MAX_PUSHES = 150


def options(view: View, messages: list[str]) -> list[Push]:
    """What may be pushed now; after the open tasks, so that small numbers choose these."""
    return [*(Done(name) for name in view.open), Passed(1), *(Sent(name) for name in messages)]


def chosen(view: View, messages: list[str], numbers: list[int], passed: int) -> Push:
    """The next push: by the numbers as long as there are any, then whatever carries the process to its end."""
    if not numbers:
        found = options(view, messages)
        return found[0] if view.open else found[passed % len(found)]
    found = options(view, messages)
    push = found[numbers.pop() % len(found)]
    n = numbers.pop() % 4 if numbers else 0
    return Done(push.element, n) if isinstance(push, Done) else push


def comparable(view: View) -> View:
    """Results of elements that ran once: a join of SpiffWorkflow may bring back what an earlier pass had written."""
    once = {name: value for name, value in view.results.items() if view.done.get(name) == 1}
    return replace(view, results=once)


EXAMPLES = int(os.environ.get("RATHAUS_FUZZ_EXAMPLES", "2000"))
thorough = settings(
    max_examples=EXAMPLES if IS_LONG else 40,
    derandomize=not IS_LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@thorough
@given(block=blocks(12 if IS_LONG else 7), numbers=st.lists(st.integers(0, 63), max_size=40))
def test_a_random_process_goes_the_same_way_in_both(
    town: Playground, block: Block, numbers: list[int]
) -> None:
    rendered = drawn_of(block)
    drawn, messages = rendered.drawn, rendered.messages
    note(f"{block} {numbers} {drawn.parts}")
    with clock.travel(START), mended():
        ours = Ours(town, drawn)
        other: Spiff | None = Spiff(drawn)
        for passed in range(MAX_PUSHES):
            view = ours.view()
            if other is not None:
                assert comparable(view) == comparable(other.view())
            if view.ended:
                break
            push = chosen(view, messages, numbers, passed)
            note(str(push))
            ours.push(push)
            other = pushed(other, push)
        assert view.ended, "the process does not come to its end"


def pushed(other: Spiff | None, push: Push) -> Spiff | None:
    """SpiffWorkflow after the push; None once it has failed, from when on ours must come to its end alone."""
    try:
        if other is not None:
            other.push(push)
    except HasFailed:
        return None
    return other


@thorough
@given(block=any_blocks(12 if IS_LONG else 6), numbers=st.lists(st.integers(0, 63), max_size=60))
def test_every_split_is_joined_once_in_loops_as_well(
    town: Playground, block: Block, numbers: list[int]
) -> None:
    """What SpiffWorkflow gets wrong, by the law that as many joins open as splits have been passed."""
    rendered = drawn_of(block)
    note(f"{block} {numbers} {rendered.drawn.parts}")
    with clock.travel(START):
        ours = Ours(town, rendered.drawn)
        for passed in range(MAX_PUSHES):
            view = ours.view()
            for opening, closing in rendered.pairs:
                passed_splits, opened_joins = view.done.get(opening, 0), view.done.get(closing, 0)
                assert opened_joins <= passed_splits
                assert passed_splits == opened_joins or not view.ended
            if view.ended:
                break
            ours.push(chosen(view, rendered.messages, numbers, passed))
        assert view.ended, "the process does not come to its end"
