"""Random block-structured processes: every split has its join, every loop its foot, blocks lie inside each other.

A block is rendered between two elements and gives the ids of its first and its last one. SpiffWorkflow opens joins
too early (see test_oracle.py: fork_in_loop, first_event_in_some), so that a fork in a loop, and a gateway of events
in a branch of an inclusive one, lie inside of a subprocess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise

from hypothesis import strategies as st

from tests.factories.processes import (
    boundary,
    catch,
    end,
    event_gateway,
    exclusive,
    flow,
    inclusive,
    message,
    multi,
    parallel,
    path,
    service,
    start,
    subprocess,
    timer,
)

from .drawings import task
from .model import Drawn


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` with the blocks inside it; `n` is a small number that the kind makes something of."""

    kind: str
    inside: tuple[Block, ...] = ()
    n: int = 0


LEAVES = st.builds(
    Block,
    st.sampled_from(["task", "task", "task", "service", "several", "wait"]),
    st.just(()),
    st.integers(0, 5),
)
NUMBERS = st.integers(0, 3)


def _around(blocks: st.SearchStrategy[Block], *, fits: bool = True) -> st.SearchStrategy[Block]:
    def kind(
        name: str, low: int, high: int, inside: st.SearchStrategy[Block] = blocks
    ) -> st.SearchStrategy[Block]:
        return st.builds(
            Block, st.just(name), st.lists(inside, min_size=low, max_size=high).map(tuple), NUMBERS
        )

    return st.one_of(
        kind("sequence", 2, 3),
        kind("choice", 2, 3),
        kind("fork", 2, 3),
        kind("some", 2, 3, blocks.map(_fit_for_some) if fits else blocks),
        kind("loop", 1, 1, blocks.map(_fit_for_loop) if fits else blocks),
        kind("subprocess", 1, 2),
        kind("parts_in_turn", 1, 1),
        kind("border", 1, 1),
        kind("beside", 1, 1),
        kind("first_event", 2, 2),
    )


def _has_join(block: Block) -> bool:
    if block.kind in ("subprocess", "parts_in_turn"):
        return False
    return block.kind in ("fork", "some") or any(_has_join(inner) for inner in block.inside)


def _fit_for_loop(block: Block) -> Block:
    return Block("subprocess", (block,)) if _has_join(block) else block


def _fit_for_some(block: Block) -> Block:
    return Block("subprocess", (block,)) if _has_first_event(block) else block


def _has_first_event(block: Block) -> bool:
    return block.kind == "first_event" or any(_has_first_event(inner) for inner in block.inside)


def blocks(leaves: int) -> st.SearchStrategy[Block]:
    """Blocks that SpiffWorkflow understands rightly."""
    return st.recursive(LEAVES, _around, max_leaves=leaves)


def any_blocks(leaves: int) -> st.SearchStrategy[Block]:
    """All blocks, forks in loops as well, most of them in a loop."""
    found = st.recursive(LEAVES, lambda inner: _around(inner, fits=False), max_leaves=leaves)
    return found.map(lambda block: Block("loop", (block,)))


@dataclass
class Renderer:
    parts: list[str] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    messages: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def name(self, stem: str) -> str:
        return f"{stem}{next(self.numbers)}"

    def add(self, *parts: str) -> None:
        self.parts += parts

    def render(self, block: Block) -> tuple[str, str]:
        """Add the block; the ids of its first and last element."""
        handler = getattr(self, f"_{block.kind}")
        found: tuple[str, str] = handler(block)
        return found

    def _asked(self) -> str:
        """A task whose number the next gateway reads."""
        name = self.name("t")
        self.add(task(name))
        return name

    def _task(self, block: Block) -> tuple[str, str]:
        name = self._asked()
        return name, name

    def _service(self, block: Block) -> tuple[str, str]:
        name = self.name("s")
        self.add(service(name))
        return name, name

    def _wait(self, block: Block) -> tuple[str, str]:
        name = self.name("w")
        self.add(catch(name, timer(f"PT{1 + block.n}H")))
        return name, name

    def _several(self, block: Block) -> tuple[str, str]:
        name = self.name("m")
        until = "numberOfCompletedInstances > 1" if block.n == 5 else ""
        self.add(task(name, multi(count=str(1 + block.n % 3), sequential=block.n > 2, until=until)))
        return name, name

    def _sequence(self, block: Block) -> tuple[str, str]:
        ends = [self.render(inner) for inner in block.inside]
        for (_first, last), (following, _last) in pairwise(ends):
            self.add(path(last, following))
        return ends[0][0], ends[-1][1]

    def _choice(self, block: Block) -> tuple[str, str]:
        return self._split(block, exclusive)

    def _some(self, block: Block) -> tuple[str, str]:
        return self._split(block, inclusive)

    def _split(self, block: Block, gateway: object) -> tuple[str, str]:
        asked, opening, closing = self._asked(), self.name("g"), self.name("g")
        ends = [self.render(inner) for inner in block.inside]
        self.add(gateway(opening, f"{opening}__{ends[-1][0]}"), gateway(closing))  # type: ignore[operator]  # typed as object on purpose
        self.add(path(asked, opening))
        self.pairs.append((opening, closing))
        for index, (first, last) in enumerate(ends):
            is_default = index == len(ends) - 1
            self.add(flow(opening, first, "" if is_default else f"{asked}.n > {index}"), path(last, closing))
        return asked, closing

    def _fork(self, block: Block) -> tuple[str, str]:
        opening, closing = self.name("g"), self.name("g")
        self.add(parallel(opening), parallel(closing))
        self.pairs += [(opening, closing)]
        for inner in block.inside:
            first, last = self.render(inner)
            self.add(path(opening, first), path(last, closing))
        return opening, closing

    def _loop(self, block: Block) -> tuple[str, str]:
        head, foot, after = self.name("g"), self.name("g"), self.name("s")
        first, last = self.render(block.inside[0])
        asked = self._asked()
        self.add(exclusive(head), exclusive(foot, f"{foot}__{after}"), service(after))
        self.add(path(head, first), path(last, asked, foot))
        self.add(flow(foot, head, f"{asked}.n > 2"), flow(foot, after))
        return head, after

    def _inner(self, block: Block) -> str:
        inner = Renderer(numbers=self.numbers, messages=self.messages, pairs=self.pairs)
        first, last = inner._sequence(block)
        begin, finish = self.name("b"), self.name("e")
        return "".join([start(begin), *inner.parts, end(finish), path(begin, first), path(last, finish)])

    def _subprocess(self, block: Block) -> tuple[str, str]:
        name = self.name("p")
        self.add(subprocess(name, self._inner(block)))
        return name, name

    def _parts_in_turn(self, block: Block) -> tuple[str, str]:
        name = self.name("p")
        self.add(subprocess(name, self._inner(block), multi(count=str(1 + block.n % 2), sequential=True)))
        return name, name

    def _border(self, block: Block) -> tuple[str, str]:
        """A task that a timer may interrupt; the block is what is done then."""
        asked, border, closing = self._asked(), self.name("r"), self.name("g")
        first, last = self.render(block.inside[0])
        self.add(boundary(border, asked, self._event(block)), exclusive(closing))
        self.add(path(asked, closing), path(border, first), path(last, closing))
        return asked, closing

    def _beside(self, block: Block) -> tuple[str, str]:
        """A task beside which the block is done when a timer fires."""
        asked, border, finish = self._asked(), self.name("r"), self.name("e")
        first, last = self.render(block.inside[0])
        self.add(boundary(border, asked, timer(f"PT{1 + block.n}H"), interrupting=False), end(finish))
        self.add(path(border, first), path(last, finish))
        return asked, asked

    def _event(self, block: Block) -> str:
        if block.n < 2:
            return timer(f"PT{1 + block.n}H")
        self.messages.append(self.name("nachricht"))
        return message(self.messages[-1])

    def _first_event(self, block: Block) -> tuple[str, str]:
        opening, closing = self.name("g"), self.name("g")
        self.messages.append(self.name("nachricht"))
        events = [message(self.messages[-1]), timer(f"PT{1 + block.n}H")]
        self.add(event_gateway(opening), exclusive(closing))
        for inner, event in zip(block.inside, events, strict=True):
            name = self.name("c")
            first, last = self.render(inner)
            self.add(catch(name, event), path(opening, name, first), path(last, closing))
        return opening, closing


@dataclass(frozen=True, slots=True)
class Rendered:
    """The process of a block, the messages that it may wait for, and its splits with their joins."""

    drawn: Drawn
    messages: list[str]
    pairs: list[tuple[str, str]]


def drawn_of(block: Block) -> Rendered:
    renderer = Renderer()
    first, last = renderer.render(block)
    renderer.add(start(), end(), path("start", first), path(last, "end"))
    return Rendered(Drawn("generated", tuple(renderer.parts)), renderer.messages, renderer.pairs)
