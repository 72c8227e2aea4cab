"""A process of a service that begins by itself opens a real case."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.blueprints import public as blueprints
from rathaus.casework.examples.world import World, build_world
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from rathaus.intake import public as intake
from rathaus.intake.models import Application
from rathaus.kernel.public import clock
from tests.factories.blueprints import FOLDER, bundle
from tests.factories.identity import sign_in

SLUG = "wohnberatung"
YEARLY = """<bpmn:startEvent id="jahr"><bpmn:timerEventDefinition><bpmn:timeCycle>{cycle}</bpmn:timeCycle>
</bpmn:timerEventDefinition></bpmn:startEvent>
<bpmn:userTask id="jahresbericht" name="Bericht" rathaus:role="koordination"/>
<bpmn:endEvent id="berichtet"/><bpmn:sequenceFlow id="j1" sourceRef="jahr" targetRef="jahresbericht"/>
<bpmn:sequenceFlow id="j2" sourceRef="jahresbericht" targetRef="berichtet"/></bpmn:process>"""


BY_MESSAGE = YEARLY.replace(
    "<bpmn:timerEventDefinition><bpmn:timeCycle>{cycle}</bpmn:timeCycle>\n</bpmn:timerEventDefinition>",
    '<bpmn:messageEventDefinition messageRef="nachricht_neu"/>',
)


def install_with_timer(folder: Path, cycle: str) -> blueprints.Service:
    """The delivered blueprint, whose process also begins by a timer."""
    install_with(folder, YEARLY.format(cycle=cycle))
    return blueprints.service(SLUG)


def install_with(folder: Path, more: str) -> World:
    copy = folder / SLUG
    shutil.copytree(FOLDER / SLUG, copy)
    process = copy / "process.bpmn"
    text = process.read_text(encoding="utf-8").replace("</bpmn:process>", more)
    text = text.replace(
        "  <bpmn:process ", '  <bpmn:message id="nachricht_neu" name="neu" />\n  <bpmn:process '
    )
    process.write_text(text, encoding="utf-8")
    intake.forget_plans()
    world = build_world(bundle(SLUG))
    blueprints.install_blueprint(actor=SYSTEM, plan=blueprints.plan_installation(copy))
    return world


@pytest.mark.django_db
@pytest.mark.parametrize("cycle", ["R/P1D", '= "R/P" + string(1) + "D"'])
def test_a_timer_opens_a_case_with_its_task_once_each_time(tmp_path: Path, cycle: str) -> None:
    with clock.travel(clock.now()):
        service = install_with_timer(tmp_path, cycle)
        assert processes.fire_due_timers(clock.now()) == 0
        for day in (1, 2):
            moment = clock.advance(timedelta(days=1, minutes=1))
            assert processes.fire_due_timers(moment) == 1
            assert processes.fire_due_timers(moment) == 0
            assert Application.objects.count() == day
        application = Application.objects.latest("received_at")
        case = records.case_by_id(application.case_id)
    assert (case.channel, case.state, case.lead_unit_id) == ("office", "received", service.unit_id)
    assert [task.element_id for task in processes.open_tasks_of(case.id)] == ["jahresbericht"]
    assert application.applicant["name"] == service.unit.name


@pytest.mark.django_db
def test_a_service_that_is_switched_off_opens_none(tmp_path: Path) -> None:
    with clock.travel(clock.now()):
        service = install_with_timer(tmp_path, "R/P1D")
        blueprints.Service.objects.filter(pk=service.pk).update(is_active=False)
        assert processes.fire_due_timers(clock.advance(timedelta(days=2))) == 0
    assert not Application.objects.exists()


@pytest.mark.django_db
def test_a_message_begins_a_process_in_its_own_case_only(tmp_path: Path) -> None:
    install_with(tmp_path, BY_MESSAGE)
    service = blueprints.service(SLUG)
    own = open_case(service, SLUG)
    foreign = open_case(service, "hund-anmelden")
    for case, taken in ((own, 1), (foreign, 0)):
        assert processes.deliver_message(actor=SYSTEM, name="neu", subject=case.id) == taken
        assert [task.element_id for task in processes.open_tasks_of(case.id)] == ["jahresbericht"] * taken


def open_case(service: blueprints.Service, case_type: str) -> records.Case:
    entry = records.file_plan_entry(blueprints.service_version(service.current_id).descriptor.file_plan)
    return records.open_case(
        actor=SYSTEM, case_type=case_type, title="Probe", plan_entry=entry, unit=service.unit, channel="paper"
    )


@pytest.mark.django_db
def test_the_desk_shows_such_a_case_and_its_task_can_be_done(tmp_path: Path, client: Client) -> None:
    with clock.travel(clock.now()):
        world = install_with(tmp_path, YEARLY.format(cycle="R/P1D"))
        processes.fire_due_timers(clock.advance(timedelta(days=1, minutes=1)))
        (case_id,) = Application.objects.values_list("case_id", flat=True)
        (task,) = processes.open_tasks_of(case_id)
        sign_in(client, world.staff["koordination"])
        page = client.get(reverse("casework:case", args=[case_id]))
        assert (page.status_code, "Bericht" in page.content.decode()) == (200, True)
        for name in ("documents", "timeline", "process", "letter"):
            assert client.get(reverse(f"casework:{name}", args=[case_id])).status_code == 200, name
        assert client.get(reverse("casework:work", args=[case_id, task.pk]), follow=True).status_code == 200
        assert client.get(reverse("casework:tray")).status_code == 200
        client.post(reverse("casework:work", args=[case_id, task.pk]), {"action": "done"})
        assert [task.state for task in processes.tasks_of(case_id)] == ["completed"]
