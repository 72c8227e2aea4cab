"""German is complete: every text of an app stands translated in its own catalogue."""

from __future__ import annotations

import polib
import pytest

from tests.architecture import tree
from tests.architecture.messages import texts_in_python, texts_in_template, texts_of

PACKAGES = sorted({*tree.APPS.values()})


def test_texts_are_found_in_python() -> None:
    source = 'a = _("One")\nb = ngettext("dog", "dogs", 2)\nc = pgettext("sign", "Open")\nd = other("Two")'
    assert list(texts_in_python(source)) == ["One", "dog", "Open"]


def test_texts_are_found_in_templates() -> None:
    source = (
        '{% load i18n %}{% translate "One" %}{% blocktranslate with n=a.b %}Two {{ n }}{% endblocktranslate %}'
        '{% translate "Three" as label %}'
    )
    assert sorted(texts_in_template(source)) == ["One", "Three", "Two %(n)s"]


@pytest.mark.parametrize("app", PACKAGES)
def test_every_text_is_translated(app: str) -> None:
    folder = tree.SOURCES / app.replace(".", "/")
    catalogue = folder / "locale/de/LC_MESSAGES/django.po"
    entries = polib.pofile(str(catalogue)) if catalogue.exists() else []
    done = {entry.msgid for entry in entries if entry.translated() and not entry.obsolete}
    assert sorted(texts_of(folder) - done) == []


@pytest.mark.parametrize("app", PACKAGES)
def test_no_translation_is_a_guess(app: str) -> None:
    catalogue = tree.SOURCES / app.replace(".", "/") / "locale/de/LC_MESSAGES/django.po"
    entries = polib.pofile(str(catalogue)) if catalogue.exists() else []
    assert [entry.msgid for entry in entries if entry.fuzzy] == []


def test_a_text_has_one_translation() -> None:
    """Django lays all catalogues over each other: of two translations of one text only one would ever be seen."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for catalogue in sorted(tree.SOURCES.rglob("locale/de/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(catalogue)):
            if not entry.obsolete:
                german = " | ".join(entry.msgstr_plural.values()) or entry.msgstr
                found.setdefault((entry.msgctxt, entry.msgid), set()).add(german)
    assert {text: german for text, german in found.items() if len(german) > 1} == {}
