"""The console script ``rathaus``: every management command, its words separated by spaces.

``rathaus process check FILE`` runs the management command ``process_check``, ``rathaus worker`` runs ``worker``.
Exit codes: 0 all is well, 1 something was refused, 2 wrong usage. A traceback goes to the log file only.
"""

from __future__ import annotations

import gettext
import json
import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

REFUSED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
MAX_WORDS = 3
CALLED_FROM_COMMAND_LINE = "_called_from_command_line"  # Django then lets argparse report wrong usage
HELP = {"help", "hilfe", "--help", "-h"}
LOCALES = Path(__file__).parent / "locale"
FAULT = (
    "Das hat nicht geklappt: Es ist ein Fehler im Programm aufgetreten. Die Einzelheiten stehen in {file}. "
    "Bitte geben Sie sie mit, wenn Sie den Fehler melden."
)
UNREADABLE = "»{name}« lässt sich nicht öffnen oder beschreiben. Bitte Namen und Rechte prüfen."
SHOWN = 200
logger = logging.getLogger("rathaus.cli")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rathaus.site.settings")
    _speak_german()
    _print_anything()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        name = next((word for word in words if word and word in str(fault.filename)), "")
        return _say(UNREADABLE.format(name=name[:SHOWN]), words) if name else _report(fault, words)
    except Exception as fault:  # noqa: BLE001  the last net: whatever happens, a plain sentence and no traceback
        return _report(fault, words)


def _run(words: list[str]) -> int:
    from django import setup  # noqa: PLC0415  wrong usage and help must not wait for settings
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - Django is not set up before

    try:
        setup()
    except ImproperlyConfigured as fault:
        return _complain(str(fault), WRONG_USAGE)
    if not words or words[0] in HELP:
        sys.stdout.write(overview())
        return 0 if words else WRONG_USAGE
    name, rest = resolve(words)
    if name is None:
        return _complain(f"Den Befehl »{words[0]}« gibt es nicht. »rathaus hilfe« zeigt alle.", WRONG_USAGE)
    return _execute(name, rest)


def resolve(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the management command that the first words name, and the words left over."""
    from django.core.management import get_commands  # noqa: PLC0415 - Django is not set up before

    known = get_commands()
    for count in range(min(MAX_WORDS, len(words)), 0, -1):
        name = "_".join(words[:count]).replace("-", "_")
        if name in known:
            return name, list(words[count:])
    return None, list(words)


def _execute(name: str, rest: list[str]) -> int:
    from django.core.management import CommandError, get_commands, load_command_class  # noqa: PLC0415 - Django is not set up before

    app = get_commands()[name]
    command = app if not isinstance(app, str) else load_command_class(app, name)
    command.suppressed_base_arguments = {
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
    }
    command.requires_system_checks = []
    setattr(command, CALLED_FROM_COMMAND_LINE, True)
    parser = command.create_parser("rathaus", name.replace("_", " "))
    try:
        options = vars(parser.parse_args(rest))
        positional = options.pop("args", ())
        command.execute(*positional, **options)
    except CommandError as refusal:
        return _complain(str(refusal), refusal.returncode)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else REFUSED if leaving.code else 0
    return 0


def overview() -> str:
    """Return the list of our own commands with one line each."""
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415 - Django is not set up before

    own = {
        name: app
        for name, app in get_commands().items()
        if isinstance(app, str) and app.startswith("rathaus")
    }
    lines = [
        f"  {name.replace('_', ' '):<26}{load_command_class(app, name).help}"
        for name, app in sorted(own.items())
    ]
    return (
        "Aufruf: rathaus BEFEHL [ANGABEN]\n\nBefehle:\n" + "\n".join(lines) + "\n\n"
        "»rathaus BEFEHL --help« erklärt einen Befehl. Rückgabe: 0 in Ordnung, 1 abgewiesen, 2 falscher Aufruf.\n"
    )


def _complain(message: str, code: int) -> int:
    sys.stderr.write(message.rstrip() + "\n")
    return code


def _report(fault: Exception, words: Sequence[str]) -> int:
    """Write the traceback to the log file and a plain sentence to the person; under --json JSON and nothing else."""
    from django.conf import settings  # noqa: PLC0415 - Django is not set up before

    file = Path(settings.DATA_DIR) / "log/cli.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(file, encoding="utf-8")
    logger.propagate = False
    logger.addHandler(handler)
    logger.error("command_failed %s", words[0] if words else "", exc_info=fault)
    handler.close()
    logger.removeHandler(handler)
    return _say(FAULT.format(file=file), words)


def _say(sentence: str, words: Sequence[str]) -> int:
    if "--json" in words:
        sys.stdout.write(json.dumps({"files": [], "error": sentence}, ensure_ascii=False) + "\n")
    return _complain(sentence, REFUSED)


def _speak_german() -> None:
    """Let argparse speak German: it asks gettext, which asks the environment."""
    os.environ["LANGUAGE"] = "de"
    gettext.bindtextdomain("argparse", str(LOCALES))
    gettext.textdomain("argparse")


def _print_anything() -> None:
    """Let a file's name that is no text, or a terminal without umlauts, stop no answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def entry() -> None:
    sys.exit(main())
