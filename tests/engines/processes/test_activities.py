"""Tasks, decisions, subprocesses, calls, multi-instance, errors."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.models import ProcessInstance, Token
from tests.factories.processes import (
    TERMINATE,
    Playground,
    boundary,
    call,
    end,
    error,
    exclusive,
    flow,
    message,
    multi,
    outcome,
    path,
    receive,
    rule,
    service,
    start,
    subprocess,
    user,
)

BERLIN = ZoneInfo("Europe/Berlin")
ONE = (start(), end(), path("start", "tun", "end"))


def test_inline_action(town: Playground) -> None:
    town.run(*ONE, service("tun", text='"Hallo " + x'), x="Welt")
    assert (town.effects.performed, town.state(), town.results()) == (
        ["Hallo Welt"], "completed", {"x": "Welt", "tun": {"gesagt": "Hallo Welt"}},
    )  # fmt: skip


def test_action_by_job(town: Playground) -> None:
    town.run(*ONE, service("tun", "test.job", text='"a"'))
    assert (town.state(), town.waiting(), town.effects.prepared) == ("active", ["tun"], [])
    assert town.work() == 1
    assert (town.effects.prepared, town.effects.performed, town.results()) == (
        ["a"], ["a"], {"tun": {"gesagt": "A"}},
    )  # fmt: skip
    assert town.state() == "completed"


def test_an_action_of_the_wrong_kind_of_input_is_an_incident(town: Playground) -> None:
    town.run(*ONE, service("tun", text="x"), x=5)
    assert town.incidents() == [("tun", "action")]
    assert "muss ein Text sein, ist aber „5“" in processes.incidents_of(town.subject)[0].message


def test_business_error_goes_to_its_boundary_event(town: Playground) -> None:
    town.effects.fail = processes.BusinessError("GESPERRT", "Das Konto ist gesperrt.")
    town.run(
        *ONE, service("tun"), boundary("alles", "tun", error()), boundary("gesperrt", "tun", error("GESPERRT")),
        user("klaeren"), end("ende2"), path("gesperrt", "klaeren", "ende2"), end("ende3"), path("alles", "ende3"),
    )  # fmt: skip
    assert town.open() == ["klaeren"]
    assert town.results()["gesperrt"] == {"code": "GESPERRT", "meldung": "Das Konto ist gesperrt."}


def test_business_error_that_nobody_catches_is_an_incident(town: Playground) -> None:
    town.effects.fail = processes.BusinessError("X", "Geht nicht.")
    town.run(*ONE, service("tun"))
    assert town.incidents() == [("tun", "business")]
    town.effects.fail = None
    (incident,) = processes.incidents_of(town.subject)
    processes.retry_incident(actor=town.actor, incident_id=incident.pk)
    assert (town.state(), town.incidents(), town.effects.performed) == ("completed", [], ["x"])
    with pytest.raises(processes.IncidentClosed):
        processes.retry_incident(actor=town.actor, incident_id=incident.pk)


@pytest.mark.parametrize("where", ["fail", "fail_prepare"])
def test_a_failing_job_is_repeated_and_then_an_incident(town: Playground, where: str) -> None:
    from datetime import timedelta

    from rathaus.kernel.public import clock

    setattr(town.effects, where, OSError("Drucker brennt"))
    with clock.travel(clock.now()):
        town.run(*ONE, service("tun", "test.job"))
        ran = 0
        for _attempt in range(10):
            ran += town.work()
            clock.advance(timedelta(hours=2))
    assert (ran, town.incidents()) == (5, [("tun", "action")])
    assert "Drucker brennt" in processes.incidents_of(town.subject)[0].message
    setattr(town.effects, where, None)
    (incident,) = processes.incidents_of(town.subject)
    processes.resolve_incident(
        actor=town.actor, incident_id=incident.pk, outputs={"gesagt": "von Hand"}, note="selbst gedruckt"
    )
    assert (town.state(), town.results(), town.effects.performed) == (
        "completed",
        {"tun": {"gesagt": "von Hand"}},
        [],
    )


def test_decision_keeps_the_matched_rules(town: Playground) -> None:
    town.run(*ONE, rule("tun", "steuer", anzahl="x", result="steuer"), x=3)
    assert town.results()["steuer"] == 90
    entry = next(entry for entry in processes.history_of(town.subject) if entry.kind == "decided")
    assert (entry.element_id, entry.details["matched_rules"], entry.details["inputs"]) == (
        "tun",
        [2],
        {"anzahl": 3},
    )


def test_decision_without_a_matching_rule_is_an_incident(town: Playground) -> None:
    town.run(*ONE, rule("tun", "steuer", anzahl="x", result="steuer"), x=77)
    assert town.incidents() == [("tun", "decision")]


def test_unknown_role_at_run_time_is_an_incident_that_can_be_retried(town: Playground) -> None:
    version = town.deploy(*ONE, user("tun"))
    instance = processes.start_process(actor=town.actor, version=version, subject=town.subject)
    assert town.incidents() == [("tun", "routing")]
    ProcessInstance.objects.filter(pk=instance.pk).update(
        routing={"sachbearbeitung": {"unit": town.unit.pk, "post_role": None}}
    )
    processes.retry_incident(actor=town.actor, incident_id=processes.incidents_of(town.subject)[0].pk)
    assert town.open() == ["tun"]


def test_subprocess_runs_and_ends(town: Playground) -> None:
    town.run(
        *ONE, subprocess("tun", start("s"), user("a"), user("b"), end("e"), path("s", "a", "e"), path("s", "b", "e")),
    )  # fmt: skip
    town.complete("a")
    assert town.state() == "active"
    town.complete("b")
    assert (town.state(), town.done()[-2:]) == ("completed", ["tun", "end"])


def test_error_out_of_nested_subprocesses(town: Playground) -> None:
    inner = subprocess(
        "innen", start("s2"), user("a", "gut", "schlecht"), exclusive("weg", default="weg__e2"), end("e2"),
        end("fehler", error("SCHLECHT")), path("s2", "a", "weg"), flow("weg", "e2"),
        flow("weg", "fehler", 'a.ergebnis = "schlecht"'),
    )  # fmt: skip
    town.run(
        *ONE, subprocess("tun", start("s1"), inner, user("neben"), end("e1"), path("s1", "innen", "e1"),
                         path("s1", "neben", "e1")),
        boundary("gefangen", "tun", error("SCHLECHT")), user("danach"), end("ende2"),
        path("gefangen", "danach", "ende2"),
    )  # fmt: skip
    assert town.open() == ["a", "neben"]
    town.complete("a", "schlecht")
    assert town.open() == ["danach"]
    town.complete("danach")
    assert town.state() == "completed"


def test_error_end_that_nobody_catches_fails_the_process(town: Playground) -> None:
    town.run(start(), user("a"), end("fehler", error("AUS")), path("start", "a", "fehler"))
    town.complete("a")
    assert (town.state(), town.waiting()) == ("failed", [])


def _called(town: Playground, *parts: str, known: tuple[str, ...] = ()) -> None:
    town.deploy(*parts, process_id="gerufen", processes={"gerufen", *known})


def test_call_activity_takes_variables_and_gives_results(town: Playground) -> None:
    _called(town, start(), user("innen"), end(), path("start", "innen", "end"))
    town.run(*ONE, call("tun", "gerufen", rathaus_result="unter"), x=7)
    assert town.open() == ["innen"]
    town.complete("innen", wert=5)
    assert (town.state(), town.results()["unter"]["innen"]["wert"]) == ("completed", 5)
    assert [instance.state for instance in processes.instances_of(town.subject)] == ["completed", "completed"]


def test_error_through_a_call_activity(town: Playground) -> None:
    _called(town, start(), user("innen"), end("fehler", error("AUS")), path("start", "innen", "fehler"))
    town.run(
        *ONE, call("tun", "gerufen"), boundary("gefangen", "tun", error("AUS")), user("danach"), end("ende2"),
        path("gefangen", "danach", "ende2"),
    )  # fmt: skip
    town.complete("innen")
    assert town.open() == ["danach"]


def test_error_through_a_call_activity_that_nobody_catches(town: Playground) -> None:
    _called(town, start(), user("innen"), end("fehler", error("AUS")), path("start", "innen", "fehler"))
    town.run(*ONE, call("tun", "gerufen"))
    town.complete("innen")
    assert [instance.state for instance in processes.instances_of(town.subject)] == ["failed", "failed"]


def test_cancelling_closes_what_was_called(town: Playground) -> None:
    _called(town, start(), user("innen"), end(), path("start", "innen", "end"))
    instance = town.run(*ONE, call("tun", "gerufen"))
    assert processes.cancel_instances(actor=town.actor, subject=town.subject, reason="zurückgenommen") == 1
    assert (town.open(), {row.state for row in processes.instances_of(town.subject)}) == ([], {"cancelled"})
    assert Token.objects.count() == 0
    assert processes.cancel_instance(actor=town.actor, instance_id=instance.pk) is False


def test_a_missing_called_process_is_an_incident(town: Playground) -> None:
    town.run(*ONE, call("tun", "gerufen"))
    assert town.incidents() == [("tun", "call")]


LIST = {"rathaus_collection": "liste", "rathaus_elementVariable": "hund"}


def test_parallel_multi_instance_over_a_list(town: Playground) -> None:
    town.run(*ONE, user("tun", inner=multi(), **LIST), liste=["Rex", "Bello"])
    tasks = processes.open_tasks_of(town.subject)
    assert sorted((task.scope["hund"], task.scope["loopCounter"]) for task in tasks) == [
        ("Bello", 2),
        ("Rex", 1),
    ]
    town.complete("tun", note=1)
    assert town.state() == "active"
    town.complete("tun", note=2)
    assert town.state() == "completed"
    assert sorted(result["note"] for result in town.results()["tun"]) == [1, 2]


def test_sequential_multi_instance_by_number(town: Playground) -> None:
    town.run(*ONE, user("tun", inner=multi(count="x", sequential=True)), x=3)
    for number in range(3):
        assert len(town.open()) == 1
        town.complete("tun", nummer=number)
    assert (town.state(), [result["nummer"] for result in town.results()["tun"]]) == ("completed", [0, 1, 2])


def test_completion_condition_ends_the_others(town: Playground) -> None:
    town.run(
        *ONE, user("tun", "ja", "nein", inner=multi(count="3", until='some t in tun satisfies t.ergebnis = "nein"')),
    )  # fmt: skip
    town.complete("tun", "ja")
    assert len(town.open()) == 2
    town.complete("tun", "nein")
    assert (town.state(), town.open()) == ("completed", [])
    states = [task.state for task in processes.tasks_of(town.subject)]
    assert sorted(states) == ["cancelled", "completed", "completed"]


@pytest.mark.parametrize("liste", [[], None])
def test_multi_instance_over_nothing_goes_on(town: Playground, liste: object) -> None:
    town.run(*ONE, user("tun", inner=multi(), **LIST), liste=liste)
    assert (town.state(), town.results()["tun"]) == ("completed", [])


def test_multi_instance_of_actions(town: Playground) -> None:
    town.run(*ONE, subprocess(
        "tun", multi(), start("s"), service("rufen", text='hund + " " + string(loopCounter)'), end("e"),
        path("s", "rufen", "e"), **LIST), liste=["Rex", "Bello"],
    )  # fmt: skip
    assert town.results()["tun"] == [{"rufen": {"gesagt": "Rex 1"}}, {"rufen": {"gesagt": "Bello 2"}}]
    assert "rufen" not in town.results()


def test_error_in_one_run_ends_all(town: Playground) -> None:
    town.run(
        *ONE, subprocess(
            "tun", multi(), start("s"), user("a", "gut", "schlecht"), exclusive("weg", default="weg__e"), end("e"),
            end("f", error("AUS")), path("s", "a", "weg"), flow("weg", "e"),
            flow("weg", "f", 'a.ergebnis = "schlecht"'), **LIST),
        boundary("gefangen", "tun", error("AUS")), end("ende2"), path("gefangen", "ende2"), liste=[1, 2, 3],
    )  # fmt: skip
    town.complete("a", "gut")
    town.complete("a", "schlecht")
    assert (town.state(), town.open(), town.done()[-1]) == ("completed", [], "ende2")


def test_reason_and_outcome_are_required(town: Playground) -> None:
    town.run(*ONE, user("tun", "ja", outcome("nein", "Ablehnen", reason="required")))
    (task,) = processes.open_tasks_of(town.subject)
    with pytest.raises(processes.InvalidOutcome, match="Ja, Ablehnen"):
        processes.complete_task(actor=town.actor, task_id=task.pk)
    with pytest.raises(processes.ReasonRequired):
        processes.complete_task(actor=town.actor, task_id=task.pk, outcome="nein", reason=" ")
    processes.complete_task(actor=town.actor, task_id=task.pk, outcome="nein", reason="fehlt")
    assert town.results()["tun"]["begruendung"] == "fehlt"
    with pytest.raises(processes.TaskAlreadyCompleted, match="System"):
        processes.complete_task(actor=town.actor, task_id=task.pk, outcome="ja")


def test_due_date_counts_working_days(town: Playground) -> None:
    from datetime import datetime

    from rathaus.kernel.public import clock

    with clock.travel(datetime(2026, 12, 23, 10, tzinfo=BERLIN)):
        town.run(*ONE, user("tun", rathaus_dueWorkingDays=2))
    assert processes.open_tasks_of(town.subject)[0].due_on == date(2026, 12, 28)


def test_values_keep_their_kind_over_a_wait(town: Playground) -> None:
    from decimal import Decimal

    town.run(
        start(), user("a", rathaus_form="pruefung"), exclusive("wahl", default="wahl__falsch"), end("richtig"),
        end("falsch"),
        path("start", "a", "wahl"), flow("wahl", "falsch"),
        flow("wahl", "richtig", 'x < date("2026-12-05") and a.betrag = 60.50 and a.am = x'),
        x=date(2026, 12, 4),
    )  # fmt: skip
    town.complete("a", betrag=Decimal("60.50"), am=date(2026, 12, 4))
    assert town.done()[-1] == "richtig"
    assert town.results()["x"] == "2026-12-04"


def test_an_action_may_send_a_message_to_its_own_process(town: Playground) -> None:
    """It is delivered afterwards, so that nothing is overwritten; moving the process directly is refused."""
    tried: list[str] = []

    def perform(context: processes.ActionContext, inputs: object, prepared: object) -> None:
        processes.deliver_message(
            actor=town.actor, name="fertig", subject=context.subject, payload={"am": date(2026, 12, 4)}
        )
        try:
            processes.cancel_instances(actor=town.actor, subject=context.subject)
        except RuntimeError:
            tried.append("refused")

    action = processes.Action(
        name="test.tell", title="Sagen", inputs=processes.NoInputs, perform=perform, mode="inline"
    )
    with processes.actions.temporarily(action), town.environment.actions.temporarily(action):
        town.run(
            start(), user("erst"), service("sagen", "test.tell"), receive("warten", "fertig"), end(),
            path("start", "erst", "sagen", "warten", "end"),
        )  # fmt: skip
        town.complete("erst")
    assert (town.waiting(), tried) == (["warten"], ["refused"])
    town.work()
    assert (town.state(), town.results()["warten"]) == ("completed", {"am": "2026-12-04"})


def test_boundary_events_of_a_receive_task(town: Playground) -> None:
    town.run(
        *ONE,
        receive("tun", "antwort"),
        boundary("weg", "tun", message("ruecknahme")),
        end("e2"),
        path("weg", "e2"),
    )
    assert (town.send("ruecknahme"), town.send("antwort"), town.done()[-1]) == (1, 0, "e2")


def test_nested_multi_instance(town: Playground) -> None:
    town.run(
        *ONE, subprocess(
            "tun", multi(sequential=True), start("s"),
            user("je", inner=multi(), rathaus_collection="gruppe.tiere", rathaus_elementVariable="tier"), end("e"),
            path("s", "je", "e"), rathaus_collection="liste", rathaus_elementVariable="gruppe"),
        liste=[{"tiere": ["Rex", "Bello"]}, {"tiere": ["Minka"]}],
    )  # fmt: skip
    assert sorted(task.scope["tier"] for task in processes.open_tasks_of(town.subject)) == ["Bello", "Rex"]
    town.complete("je", nummer=1)
    town.complete("je", nummer=2)
    assert [task.scope["tier"] for task in processes.open_tasks_of(town.subject)] == ["Minka"]
    town.complete("je", nummer=3)
    numbers = [[entry["nummer"] for entry in group["je"]] for group in town.results()["tun"]]
    assert (town.state(), [sorted(group) for group in numbers]) == ("completed", [[1, 2], [3]])


def test_calls_in_a_multi_instance(town: Playground) -> None:
    _called(town, start(), user("innen"), end(), path("start", "innen", "end"))
    town.run(*ONE, call("tun", "gerufen", multi(), **LIST), liste=["Rex", "Bello"])
    town.complete("innen", wert=1)
    town.complete("innen", wert=2)
    assert (town.state(), sorted(entry["innen"]["wert"] for entry in town.results()["tun"])) == (
        "completed",
        [1, 2],
    )


def test_terminate_inside_a_subprocess_ends_only_that(town: Playground) -> None:
    town.run(
        *ONE, subprocess("tun", start("s"), user("a"), user("b"), end("aus", TERMINATE), end("e"),
                         path("s", "a", "aus"), path("s", "b", "e")),
    )  # fmt: skip
    town.complete("a")
    assert (town.state(), town.open(), town.done()[-2:]) == ("completed", [], ["tun", "end"])


def test_a_message_end_with_an_action(town: Playground) -> None:
    town.run(
        start(), end("end", "<messageEventDefinition/>", rathaus_action="test.job"), path("start", "end")
    )
    assert town.waiting() == ["end"]
    town.work()
    assert (town.state(), town.effects.performed, town.done()) == ("completed", ["x"], ["start", "end"])


def test_processes_that_call_each_other_for_ever(town: Playground) -> None:
    _called(
        town,
        start(),
        call("zurueck", "gerufen2"),
        end(),
        path("start", "zurueck", "end"),
        known=("gerufen2",),
    )
    town.deploy(start(), call("hin", "gerufen"), end(), path("start", "hin", "end"), process_id="gerufen2")
    town.run(*ONE, call("tun", "gerufen"))
    assert [kind for _place, kind in town.incidents()] == ["loop"]
    processes.cancel_instances(actor=town.actor, subject=town.subject)
    assert {row.state for row in processes.instances_of(town.subject)} == {"cancelled"}
    assert town.incidents() == []
