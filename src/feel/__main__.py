"""The commands `python -m feel eval` and `python -m feel tck`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from . import tck
from .errors import FeelError
from .expression import compile_expression
from .jsonio import dumps


class _Usage(Exception):
    """Wrong usage: exit 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{self.format_usage().strip()}\nFalscher Aufruf: {message}")


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="python -m feel", description="FEEL-Ausdrücke und DMN-Entscheidungen.")
    commands = parser.add_subparsers(dest="command", required=True)
    single = commands.add_parser("eval", help="einen Ausdruck berechnen")
    single.add_argument("expression", metavar="AUSDRUCK")
    single.add_argument(
        "--context", default="{}", metavar="JSON_ODER_@DATEI", help="die Variablen als JSON-Objekt"
    )
    kit = commands.add_parser("tck", help="einen Ordner der DMN-Konformitätstests ausführen")
    kit.add_argument("folder", type=Path, metavar="ORDNER")
    kit.add_argument("--json", action="store_true", help="Ergebnis als ein JSON-Objekt")
    return parser.parse_args(argv)


def _context(text: str) -> dict[str, object]:
    try:
        raw = Path(text[1:]).read_bytes().decode() if text.startswith("@") else text
        data = json.loads(raw, parse_float=Decimal, parse_int=Decimal, parse_constant=lambda name: None)
    except OSError as problem:
        raise _Usage(f"Die Datei „{text[1:]}“ lässt sich nicht lesen: {problem.strerror}.") from None
    except (ValueError, RecursionError, ArithmeticError):
        raise _Usage("--context ist kein gültiges JSON (UTF-8).") from None
    if not isinstance(data, dict):
        raise _Usage('--context muss ein JSON-Objekt wie {"alter": 18} sein.')
    return data


def _evaluate(arguments: argparse.Namespace) -> int:
    context = _context(arguments.context)
    expression = compile_expression(arguments.expression, names=context.keys())
    value, warnings = expression.evaluate_with_warnings(context)
    for warning in warnings:
        print(f"Hinweis: {warning}", file=sys.stderr)
    print(dumps(value))
    return 0


def _tck(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        raise _Usage(f"Den Ordner {arguments.folder} gibt es nicht.")
    report = tck.run_folder(arguments.folder)
    failures = [asdict(failure) for failure in report.failures]
    if arguments.json:
        result = {"passed": report.passed, "failed": report.failed, "failures": failures}
        print(json.dumps(result, ensure_ascii=False))
    else:
        for one in report.failures:
            print(f"{one.folder}/{one.file} {one.case} {one.node}: {one.message}")
        print(f"{report.passed} bestanden, {report.failed} nicht bestanden")
    return 1 if report.failures else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code: 0 good, 1 refused, 2 wrong usage."""
    try:
        arguments = _arguments(sys.argv[1:] if argv is None else argv)
        return _evaluate(arguments) if arguments.command == "eval" else _tck(arguments)
    except _Usage as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except FeelError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"Der Zugriff ist fehlgeschlagen: {problem.strerror}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
