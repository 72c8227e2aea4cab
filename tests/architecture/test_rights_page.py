"""The page for people says what the table for machines says."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture import tree

CODE = "import sys; sys.path.insert(0, 'scripts'); import rights_page; sys.stdout.write(rights_page.page())"


def test_the_page_of_rights_is_current() -> None:
    made = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tree.ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert (tree.ROOT / "docs/reference/rights.md").read_text() == made, "make rights schreibt die Seite neu."
