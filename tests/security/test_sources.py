"""What the sources must not hold: secrets, ways to run what somebody sent, weak randomness, unescaped markup."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rathaus.kernel.public import text
from tests.architecture import tree

SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY"),
    "AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})"),
    "GitLab": re.compile(r"\bglpat-[\w-]{20}\b"),
    "Slack": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "Google": re.compile(r"\bAIza[\w-]{35}\b"),
    "Stripe": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    "token": re.compile(r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"),
    "password in an address": re.compile(r"\b(?:postgres(?:ql)?|smtps?|https?)://[\w.]+:(?!password@|geheim@|secret@|PASSWORD@)[^\s@/{}$<\"'`]{3,}@"),
}  # fmt: skip
NAMES = re.compile(r"(^|/)(\.env|id_rsa|id_ed25519|[^/]+\.(?:pem|p12|pfx|keystore|sqlite3|mdb|kdbx))$")
DANGEROUS_CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads",
    "yaml.unsafe_load", "yaml.full_load", "shelve.open", "tempfile.mktemp", "hashlib.md5", "telnetlib.Telnet",
}  # fmt: skip
DANGEROUS_IMPORTS = {
    "pickle",
    "marshal",
    "shelve",
    "random",
    "xml.dom.minidom",
    "xml.sax",
    "requests",
    "httpx",
    "telnetlib",
}
MADE_UP = "src/rathaus/modules/demo/"
"""The demonstration draws its people and cases by `random`, the same ones each time: nothing in it is secret."""
RAW_MARKUP = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off|\|\s*safeseq\b")
REVIEWED_TEMPLATES = {
    "src/rathaus/portal/templates/portal/message.html": "a message, by the renderer of letters, which escapes",
}
REVIEWED_RAW = {
    "src/rathaus/portal/templatetags/portal.py": "texts of services, by a Markdown renderer that shows HTML as text",
    "src/rathaus/engines/forms/compiled/rendering.py": "puts together what templates have escaped",
    "src/rathaus/ui/components/markup.py": "the empty text",
}
"""Files that say ``mark_safe``, and why that is right."""


def sources() -> list[Path]:
    return tree.own_python("src", "scripts")


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_in_the_repository(kind: str) -> None:
    own = Path(__file__)
    found = []
    for path in tree.tracked_files():
        if (
            path in (own, own.parents[1] / "site/test_environment.py")
            or path.stat().st_size > 2_000_000
            or path.suffix in (".lock", ".png", ".pdf", ".woff2")
        ):
            continue
        if SECRETS[kind].search(path.read_bytes().decode("utf-8", "replace")):
            found.append(tree.relative(path))
    assert found == []


def test_no_file_that_is_a_secret_by_its_name() -> None:
    assert [tree.relative(path) for path in tree.tracked_files() if NAMES.search(tree.relative(path))] == []


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_runs_or_unpacks_what_somebody_sent() -> None:
    found = [
        f"{tree.relative(path)}:{call.lineno} {name}"
        for path in sources()
        for name, call in calls(path)
        if name in DANGEROUS_CALLS and "usedforsecurity=False" not in ast.unparse(call)
    ]
    assert found == []


def test_no_shell() -> None:
    found = [
        f"{tree.relative(path)}:{call.lineno}"
        for path in sources()
        for _, call in calls(path)
        for keyword in call.keywords
        if keyword.arg == "shell"
        and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    ]
    assert found == []


def test_no_module_that_is_a_risk() -> None:
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in set(names) & DANGEROUS_IMPORTS:
                if name == "random" and tree.relative(path).startswith(MADE_UP):
                    continue
                found.append(f"{tree.relative(path)}:{node.lineno} {name}")
    assert found == []


def test_templates_escape_everything() -> None:
    found = {tree.relative(path) for path in tree.templates() if RAW_MARKUP.search(path.read_text())}
    assert found == set(REVIEWED_TEMPLATES)


def test_markup_is_declared_safe_in_reviewed_files_only() -> None:
    found = {tree.relative(path) for path in sources() if any(name == "mark_safe" for name, _ in calls(path))}
    assert found == set(REVIEWED_RAW)


def test_certificates_are_checked() -> None:
    pattern = re.compile(
        r"verify\s*=\s*False|CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False"
    )
    assert [tree.relative(path) for path in sources() if pattern.search(path.read_text())] == []


def test_no_view_does_without_the_token() -> None:
    """The API's views do, but ask for it themselves of whoever is signed in."""
    found = {tree.relative(path) for path in sources() if "csrf_exempt" in path.read_text()}
    assert found <= {"src/rathaus/ui/middleware.py"}


def test_tables_for_spreadsheets_hold_no_formulas() -> None:
    """Whatever writes one takes its cells from `text.sheet_cell`."""
    table = re.compile(r"^\s*(?:import|from) (?:csv|openpyxl|xlsxwriter|odf)\b", re.MULTILINE)
    writing = [path for path in sources() if table.search(path.read_text())]
    assert [tree.relative(path) for path in writing if "sheet_cell" not in path.read_text()] == []


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1", "\ufeff=1", "|cmd", "\x00=1"]
)
def test_a_cell_is_no_formula(value: str) -> None:
    assert text.sheet_cell(value).startswith("'")


@pytest.mark.parametrize("value", ["Erika Muster", "a=b", "1-2", "", "'x", "ä@b"])
def test_other_cells_stay_as_they_are(value: str) -> None:
    assert (text.sheet_cell(value), text.sheet_cell(None), text.sheet_cell(5)) == (value, "", "5")


def test_scripts_of_our_own_put_no_markup_together() -> None:
    pattern = re.compile(
        r"\.innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage"
    )
    scripts = [
        path
        for path in tree.tracked_files()
        if path.suffix in (".js", ".mjs") and ("static" in path.parts or "frontend" in path.parts)
    ]
    assert scripts
    assert [tree.relative(path) for path in scripts if pattern.search(path.read_text())] == []


def test_nothing_personal_is_kept_in_the_browser() -> None:
    """The only thing that scripts store is which keys the desk's shortcuts are switched to."""
    pattern = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie")
    scripts = [path for path in tree.tracked_files() if path.suffix in (".js", ".mjs")]
    users = {tree.relative(path) for path in scripts if pattern.search(path.read_text())}
    assert users <= {"frontend/src/scripts/keyboard.js"}
