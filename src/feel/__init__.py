"""FEEL (Friendly Enough Expression Language) and DMN 1.3 to 1.5 decision models; knows no town."""

from __future__ import annotations

from .dmn.build import Finding
from .dmn.model import DecisionResult, Model, load_model
from .errors import FeelError, FeelLimitError, FeelSyntaxError
from .expression import Expression, UnaryTests, compile_expression, compile_unary_tests, evaluate
from .jsonio import from_json, to_json
from .limits import Limits
from .temporal.types import DateTime, Duration, FarDate, Time, YearsMonthsDuration
from .values import Function, Range, Value

__all__ = [
    "DateTime",
    "DecisionResult",
    "Duration",
    "Expression",
    "FarDate",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "Finding",
    "Function",
    "Limits",
    "Model",
    "Range",
    "Time",
    "UnaryTests",
    "Value",
    "YearsMonthsDuration",
    "compile_expression",
    "compile_unary_tests",
    "evaluate",
    "from_json",
    "load_model",
    "to_json",
]
