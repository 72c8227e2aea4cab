from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.blueprints import public as blueprints
from rathaus.engines.records import public as records
from rathaus.identity.public import ANONYMOUS, SYSTEM, create_unit
from tests.factories.blueprints import FOLDER, install

pytestmark = pytest.mark.django_db


def test_same_content_is_the_same_version() -> None:
    install("wohnberatung")
    install("wohnberatung")

    assert blueprints.ServiceVersion.objects.count() == 1


def test_a_change_is_shown_and_becomes_a_new_version(tmp_path: Path) -> None:
    install("wohnberatung")
    folder = Path(shutil.copytree(FOLDER / "wohnberatung", tmp_path / "wohnberatung"))
    path = folder / "blueprint.yaml"
    text = path.read_text(encoding="utf-8").replace("retention_years: ", "retention_years: 1")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(blueprints.BlueprintRefused) as refused:
        blueprints.plan_installation(folder)
    assert "version" in {item.place for report in refused.value.reports for item in report.findings}
    path.write_text(text.replace("version: 1.0.0", "version: 1.0.1"), encoding="utf-8")

    plan = blueprints.plan_installation(folder)
    version = blueprints.install_blueprint(actor=SYSTEM, plan=plan)

    assert plan.difference.changed == ("blueprint.yaml",)
    assert (plan.difference.added, plan.difference.removed) == ((), ())
    assert blueprints.service("wohnberatung").current == version
    assert version.service.versions.count() == 2


def test_unit_that_the_town_lacks_is_refused_unless_mapped() -> None:
    with pytest.raises(blueprints.BlueprintRefused) as refused:
        blueprints.plan_installation(FOLDER / "grundstuecke-interessenten")
    places = {item.place for report in refused.value.reports for item in report.findings}
    assert "unit" in places

    unit_map = dict.fromkeys(
        {role.unit for role in _descriptor("grundstuecke-interessenten").roles.values()} | {"liegenschaften"},
        "bauamt",
    )
    create_unit(actor=SYSTEM, code="bauamt", name="Bauamt")
    code = _descriptor("grundstuecke-interessenten").file_plan
    records.create_file_plan_entry(actor=SYSTEM, code=code, title="Liegenschaften")
    plan = blueprints.plan_installation(FOLDER / "grundstuecke-interessenten", unit_map=unit_map)
    version = blueprints.install_blueprint(actor=SYSTEM, plan=plan, unit_map=unit_map)

    assert {role["unit"] for role in version.roles.values()} == {"bauamt"}


def _descriptor(slug: str) -> blueprints.Descriptor:
    found = blueprints.read_bundle(FOLDER / slug, blueprints.Reports(FOLDER / slug))
    assert found is not None
    return found.descriptor


def test_a_file_plan_entry_that_the_town_lacks_is_refused(tmp_path: Path) -> None:
    install("wohnberatung")
    folder = Path(shutil.copytree(FOLDER / "wohnberatung", tmp_path / "wohnberatung"))
    path = folder / "blueprint.yaml"
    text = path.read_text(encoding="utf-8").replace("version: 1.0.0", "version: 1.0.1")
    code = _descriptor("wohnberatung").file_plan
    path.write_text(text.replace(f'file_plan: "{code}"', 'file_plan: "99.9"'), encoding="utf-8")

    with pytest.raises(blueprints.BlueprintRefused) as refused:
        blueprints.plan_installation(folder)

    assert "file_plan" in {item.place for report in refused.value.reports for item in report.findings}


def test_strangers_install_nothing() -> None:
    install("wohnberatung")
    plan = blueprints.plan_installation(FOLDER / "wohnberatung")

    with pytest.raises(PermissionDenied):
        blueprints.install_blueprint(actor=ANONYMOUS, plan=plan)


@pytest.mark.parametrize(
    ("query", "language", "first"),
    [
        ("hund", "de", "hund-anmelden"),
        ("Hunde Steuer", "de", "hund-anmelden"),
        ("hundesteuer", "de", "hund-anmelden"),
        ("hnude anmelden", "de", "hund-anmelden"),
        ("plakate", "de", "plakatierung"),
        ("dog tax", "en", "hund-anmelden"),
        ("wohnberatng", "de", "wohnberatung"),
    ],
)
def test_search_forgives(query: str, language: str, first: str) -> None:
    for slug in ("hund-anmelden", "plakatierung", "wohnberatung"):
        install(slug)

    assert [service.slug for service in blueprints.search_services(query, language)][:1] == [first]


@pytest.mark.parametrize("query", ["", " ", "xyzqw", "''\"%", "a" * 5000])
def test_search_for_nothing_finds_nothing(query: str) -> None:
    install("wohnberatung")

    assert blueprints.search_services(query, "de") == []
