"""A town with a catalogue for tests: one blueprint installed, with the units and the file plan it names."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from rathaus.blueprints import public as blueprints
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, OrganizationalUnit, create_unit
from rathaus.intake.public import forget_plans

BLUEPRINTS = Path(__file__).resolve().parents[2] / "blueprints"


@lru_cache
def _bundle(slug: str) -> blueprints.Bundle:
    folder = BLUEPRINTS / slug
    bundle = blueprints.read_bundle(folder, blueprints.Reports(folder))
    assert bundle is not None
    return bundle


def _unit(code: str) -> OrganizationalUnit:
    known = OrganizationalUnit.objects.filter(code=code).first()
    return known or create_unit(
        actor=SYSTEM,
        code=code,
        name=code.replace("-", " ").title(),
        phone="06128 241-100",
        email=f"{code}@stadt.example",
        room="12",
        opening_hours=[{"days": "Montag bis Freitag", "hours": "8–12 Uhr"}],
    )


def install_service(slug: str = "hund-anmelden") -> blueprints.Service:
    """Install a blueprint of this repository, with what it needs."""
    forget_plans()
    descriptor = _bundle(slug).descriptor
    for code in sorted({descriptor.unit, *(role.unit for role in descriptor.roles.values())}):
        _unit(code)
    if not any(entry.code == descriptor.file_plan for entry in records.file_plan()):
        records.create_file_plan_entry(
            actor=SYSTEM, code=descriptor.file_plan, title=descriptor.title.de, unit=_unit(descriptor.unit)
        )
    plan = blueprints.plan_installation(BLUEPRINTS / slug)
    blueprints.install_blueprint(actor=SYSTEM, plan=plan)
    return blueprints.service(slug)


def install_changed(slug: str, folder: Path, file: str, before: str, after: str) -> None:
    """Install the blueprint again with other words in one of its files: a new version."""
    copy = shutil.copytree(BLUEPRINTS / slug, folder / slug)
    changed = (copy / file).read_text(encoding="utf-8").replace(before, after)
    (copy / file).write_text(changed, encoding="utf-8")
    descriptor = copy / "blueprint.yaml"
    text = descriptor.read_text(encoding="utf-8")
    descriptor.write_text(text.replace("version: 1.0.0", "version: 1.0.1"), encoding="utf-8")
    blueprints.install_blueprint(actor=SYSTEM, plan=blueprints.plan_installation(copy))


def set_life_situations() -> None:
    entries: list[dict[str, object]] = [
        {"key": "haustiere", "title": {"de": "Haustiere", "en": "Pets"}, "summary": {"de": "Hund und Katze"}},
        {"key": "wohnen", "title": {"de": "Umzug und Wohnen", "en": "Moving and housing"}, "icon": "home"},
    ]
    blueprints.set_life_situations(actor=SYSTEM, entries=list(entries))
