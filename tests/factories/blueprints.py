"""The delivered blueprints, installed in a made-up town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rathaus.blueprints import public as blueprints
from rathaus.casework.examples.files import with_sample_files
from rathaus.casework.examples.world import World, build_world
from rathaus.identity.public import SYSTEM, Actor
from rathaus.intake import public as intake

FOLDER = Path(__file__).parents[2] / "blueprints"
SLUGS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/blueprint.yaml")))


def bundle(slug: str) -> blueprints.Bundle:
    reports = blueprints.Reports(FOLDER / slug)
    found = blueprints.read_bundle(FOLDER / slug, reports)
    assert found is not None, reports.as_reports()
    return found


def install(slug: str) -> World:
    """Install a delivered blueprint with a person for each of its roles."""
    intake.forget_plans()
    world = build_world(bundle(slug))
    blueprints.install_blueprint(actor=SYSTEM, plan=blueprints.plan_installation(FOLDER / slug))
    return world


def example_data(slug: str, example: str, actor: Actor = SYSTEM) -> dict[str, Any]:
    """The form data of an example; its files are stored as uploads of ``actor``."""
    data: dict[str, Any] = with_sample_files(bundle(slug).examples[example].data, actor)
    return data
