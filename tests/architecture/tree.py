"""The project's files as the architecture tests see them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
APPS = {
    "kernel": "rathaus.kernel",
    "identity": "rathaus.identity",
    "ui": "rathaus.ui",
    "records": "rathaus.engines.records",
    "forms": "rathaus.engines.forms",
    "processes": "rathaus.engines.processes",
    "correspondence": "rathaus.engines.correspondence",
    "blueprints": "rathaus.blueprints",
    "intake": "rathaus.intake",
    "casework": "rathaus.casework",
    "portal": "rathaus.portal",
    "operations": "rathaus.operations",
    "demo": "rathaus.modules.demo",
    "clamd": "rathaus.adapters.clamd",
    "demo_eid": "rathaus.adapters.demo_eid",
    "procrastinate_jobs": "rathaus.adapters.procrastinate",
    "s3": "rathaus.adapters.s3",
}
FLOORS = (
    ("rathaus.kernel",),
    ("rathaus.identity",),
    ("rathaus.ui",),
    ("rathaus.engines",),
    ("rathaus.blueprints",),
    ("rathaus.intake",),
    ("rathaus.casework", "rathaus.portal", "rathaus.operations"),
    ("rathaus.modules",),
    ("rathaus.adapters",),
    ("rathaus.site",),
)
SKIPPED = {"node_modules", ".venv", "build", "var", ".git", "dist", "__pycache__"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return the files under version control; in an unpacked archive every file that set-up did not make."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in answer.stdout.split("\0") if name]
    if answer.returncode != 0 or not names:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not SKIPPED & set(path.parts)]
    return tuple(path for path in (ROOT / name for name in names) if path.is_file())


def own_python(*folders: str) -> list[Path]:
    """Return the Python files in folders of the project, without migrations."""
    chosen = folders or ("src", "tests", "scripts", "bench")
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in chosen
        and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".html" and "templates" in path.parts]


def module_of(path: Path) -> str:
    """Return the dotted name of a file under ``src``."""
    parts = list(path.relative_to(SOURCES).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def app_of(module: str) -> str | None:
    """Return the app that a module belongs to."""
    return next((app for app in APPS.values() if module == app or module.startswith(f"{app}.")), None)


def floor_of(module: str) -> int:
    """Return the floor of a module, 0 at the bottom."""
    return next(
        index
        for index, names in enumerate(FLOORS)
        if any(module == name or module.startswith(f"{name}.") for name in names)
    )


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))
