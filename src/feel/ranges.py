"""Making ranges with a check of their ends, and reading them from a text (DMN 1.5, 10.3.2.7, 10.3.4.1)."""

from __future__ import annotations

from .arithmetic import negate
from .compare import greater, less_equal
from .errors import FeelNull
from .runtime import Run
from .syntax.nodes import Call, Literal, Name, Negation, Node, RangeNode
from .syntax.parser import parser_for
from .temporal.text import parse_date, parse_date_time, parse_duration, parse_time
from .values import Range, Value

_MAKERS = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


def make_range(start: Value, end: Value, start_included: bool, end_included: bool) -> Range:
    """A range. Raises FeelNull when its ends cannot be compared."""
    if start is not None and end is not None and less_equal(start, end) is None:
        raise FeelNull("Anfang und Ende des Bereichs lassen sich nicht vergleichen.")
    return Range(start, end, start_included, end_included)


def range_from_text(text: str, run: Run) -> Range:
    """The range a literal such as [1..10) stands for. Raises FeelError or FeelNull for any other text."""
    parser = parser_for(text, _MAKERS, limits=run.limits)
    node = parser.whole_expression()
    if not isinstance(node, RangeNode):
        raise FeelNull("Das ist kein Bereich.")
    start, end = _end_point(node.start), _end_point(node.end)
    if start is None and end is None:
        raise FeelNull("Mindestens ein Ende des Bereichs muss einen Wert haben.")
    if (start is None and node.start_included) or (end is None and node.end_included):
        raise FeelNull("Ein offenes Ende braucht eine runde Klammer.")
    if start is not None and end is not None and greater(start, end) is not False:
        raise FeelNull("Der Anfang des Bereichs muss vor seinem Ende liegen.")
    return Range(start, end, node.start_included, node.end_included)


def _end_point(node: Node | None) -> Value:
    if node is None:
        return None
    if isinstance(node, Literal) and not node.problem:
        return node.value
    if isinstance(node, Negation) and isinstance(node.operand, Literal):
        return negate(node.operand.value)
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
        argument = node.arguments[0]
        maker = _MAKERS.get(node.function.name)
        if maker is not None and isinstance(argument, Literal) and isinstance(argument.value, str):
            value = maker(argument.value)
            if value is not None:
                return value
    raise FeelNull("Die Enden des Bereichs müssen feste Werte sein.")
