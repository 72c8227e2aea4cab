"""Every variable that the settings read is documented, and nothing else is."""

from __future__ import annotations

import re

from rathaus.site.settings import ENV
from tests.architecture import tree

PAGE = tree.ROOT / "docs/reference/settings.md"


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"^\| `(RATHAUS_\w+)`", PAGE.read_text(), re.MULTILINE))
    assert documented == set(ENV.names)
