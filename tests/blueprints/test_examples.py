"""Every example of every delivered blueprint, played through the real engine."""

from __future__ import annotations

import pytest

from rathaus.casework.examples.player import play_blueprint
from tests.factories import blueprints


@pytest.mark.django_db
@pytest.mark.parametrize("slug", blueprints.SLUGS)
def test_examples_run_as_expected(slug: str) -> None:
    outcomes = play_blueprint(blueprints.FOLDER / slug)

    assert {outcome.example: outcome.message for outcome in outcomes if not outcome.ok} == {}
    assert len(outcomes) == len(blueprints.bundle(slug).examples)


@pytest.mark.parametrize("slug", blueprints.SLUGS)
def test_each_service_has_examples_and_a_refused_form(slug: str) -> None:
    examples = blueprints.bundle(slug).examples.values()

    assert len(examples) >= 4
    assert any(example.refused for example in examples)
