"""Calling functions: binding of arguments, conversions, nesting (DMN 1.5, 10.3.2.13.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .errors import NOWHERE, FeelNull, Place
from .runtime import Run
from .types import FeelType, coerce
from .values import Arguments, Function, Parameter, Value


def invoke(function: Function, arguments: Arguments, run: Run, place: Place = NOWHERE) -> Value:
    """The function's value. Raises FeelNull when the arguments do not fit, FeelLimitError when too deep."""
    run.enter(place)
    try:
        return function.call(arguments, run)
    finally:
        run.leave()


def user_function(
    name: str,
    parameters: tuple[Parameter, ...],
    body: Callable[[list[Value], Run], Value],
    result: FeelType | None = None,
) -> Function:
    """A function whose body takes the converted arguments in the order of its parameters."""

    def call(arguments: Arguments, run: Run) -> Value:
        values = [
            _converted(name, parameter, value)
            for parameter, value in zip(parameters, _ordered(name, parameters, arguments), strict=True)
        ]
        fits, value = coerce(body(values, run), result)
        if not fits:
            raise FeelNull(f"Das Ergebnis der Funktion „{name}“ hat nicht die vereinbarte Art.")
        return value

    return Function(name, parameters, call, result)


def _ordered(name: str, parameters: tuple[Parameter, ...], arguments: Arguments) -> Sequence[Value]:
    if isinstance(arguments, Mapping):
        names = [parameter.name for parameter in parameters]
        unknown = [key for key in arguments if key not in names]
        if unknown or len(arguments) != len(names):
            raise FeelNull(
                f"Die Funktion „{name}“ erwartet genau diese Angaben: {', '.join(names) or 'keine'}."
            )
        return [arguments[key] for key in names]
    if len(arguments) != len(parameters):
        raise FeelNull(f"Die Funktion „{name}“ erwartet {len(parameters)} Angaben, nicht {len(arguments)}.")
    return arguments


def _converted(name: str, parameter: Parameter, value: Value) -> Value:
    fits, converted = coerce(value, parameter.type)
    if not fits:
        raise FeelNull(f"Die Angabe „{parameter.name}“ der Funktion „{name}“ hat die falsche Art.")
    return converted
