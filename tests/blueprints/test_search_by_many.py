"""Many people search at once: the words' stems are the same as for one alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from rathaus.blueprints.queries import search

WORDS = [
    "hundesteuer",
    "anmeldung",
    "gewerbebetriebe",
    "abmeldungen",
    "führungszeugnis",
    "wohnungsbescheinigungen",
]


def test_stems_do_not_depend_on_who_else_is_searching() -> None:
    alone = {word: search._stem.__wrapped__(word, "de") for word in WORDS}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(max_workers=8) as people:
            wanted = WORDS * 60
            found = list(people.map(lambda word: search._stem.__wrapped__(word, "de"), wanted))
    finally:
        sys.setswitchinterval(interval)
    assert found == [alone[word] for word in wanted]
