"""Gateways and the plain way from start to end."""

from __future__ import annotations

import pytest

from rathaus.engines.processes import public as processes
from tests.factories.processes import (
    TERMINATE,
    Playground,
    end,
    exclusive,
    flow,
    inclusive,
    parallel,
    path,
    service,
    start,
    user,
)


def test_from_start_to_end(town: Playground) -> None:
    town.run(start(), user("pruefung"), end(), path("start", "pruefung", "end"))
    assert (town.open(), town.state()) == (["pruefung"], "active")
    town.complete("pruefung")
    assert (town.open(), town.state(), town.waiting()) == ([], "completed", [])
    assert town.done() == ["start", "pruefung", "end"]


def test_result_of_a_task(town: Playground) -> None:
    town.run(start(), user("pruefung", "ja", "nein"), end(), path("start", "pruefung", "end"))
    task = town.complete("pruefung", "ja", betrag=12)
    result = town.results()["pruefung"]
    assert {**result, "bearbeitet_am": None} == {
        "betrag": 12, "ergebnis": "ja", "begruendung": None, "bearbeitet_von": "System", "bearbeitet_am": None,
    }  # fmt: skip
    assert (task.state, task.outcome) == ("completed", "ja")


@pytest.mark.parametrize(("x", "expected"), [(5, "viel"), (1, "wenig"), (None, "wenig")])
def test_exclusive_gateway_takes_the_first_true_or_the_default(
    town: Playground, x: object, expected: str
) -> None:
    town.run(
        start(), exclusive("wahl", default="wahl__wenig"), end("viel"), end("wenig"), path("start", "wahl"),
        flow("wahl", "viel", "x > 3"), flow("wahl", "wenig"), x=x,
    )  # fmt: skip
    assert town.done() == ["start", "wahl", expected]


def test_exclusive_gateway_without_a_way_raises_an_incident(town: Playground) -> None:
    town.run(
        start(), exclusive("wahl"), end("a"), end("b"), path("start", "wahl"),
        flow("wahl", "a", "x = 1"), flow("wahl", "b", "x = 2"), x=3,
    )  # fmt: skip
    assert town.incidents() == [("wahl", "expression")]
    (incident,) = processes.incidents_of(town.subject)
    processes.resolve_incident(actor=town.actor, incident_id=incident.pk, note="geht nach b", flow="wahl__b")
    assert (town.state(), town.done()[-1], town.incidents()) == ("completed", "b", [])


def test_parallel_gateway_waits_for_all(town: Playground) -> None:
    town.run(
        start(), parallel("teilt"), user("a"), user("b"), parallel("sammelt"), end(),
        path("start", "teilt", "a", "sammelt", "end"), path("teilt", "b", "sammelt"),
    )  # fmt: skip
    assert town.open() == ["a", "b"]
    town.complete("b")
    assert (town.open(), town.state(), town.waiting()) == (["a"], "active", ["a", "sammelt"])
    town.complete("a")
    assert (town.state(), town.done().count("sammelt"), town.done().count("end")) == ("completed", 1, 1)


def test_uncontrolled_split_and_merge(town: Playground) -> None:
    town.run(start(), user("a"), user("b"), end(), path("start", "a", "end"), path("start", "b", "end"))
    town.complete("a")
    assert town.state() == "active"
    town.complete("b")
    assert (town.state(), town.done().count("end")) == ("completed", 2)


def test_terminate_ends_everything(town: Playground) -> None:
    town.run(
        start(), parallel("teilt"), user("a"), user("b"), end("aus", TERMINATE), end("still"),
        path("start", "teilt", "a", "aus"), path("teilt", "b", "still"),
    )  # fmt: skip
    town.complete("a")
    assert (town.state(), town.open(), [task.state for task in processes.tasks_of(town.subject)]) == (
        "completed", [], ["completed", "cancelled"],
    )  # fmt: skip


INCLUSIVE = (
    start(), inclusive("teilt", default="teilt__c"), user("a"), user("b"), user("c"), inclusive("sammelt"),
    user("danach"),
    end(), path("start", "teilt"), flow("teilt", "a", "x > 0"), flow("teilt", "b", "x > 1"), flow("teilt", "c"),
    path("a", "sammelt", "danach", "end"), path("b", "sammelt"), path("c", "sammelt"),
)  # fmt: skip


@pytest.mark.parametrize(("x", "branches"), [(2, ["a", "b"]), (1, ["a"]), (0, ["c"])])
def test_inclusive_gateway_joins_what_it_split(town: Playground, x: int, branches: list[str]) -> None:
    town.run(*INCLUSIVE, x=x)
    assert town.open() == branches
    for branch in branches:
        assert "danach" not in town.open()
        town.complete(branch)
    assert town.open() == ["danach"]


def test_inclusive_join_stops_waiting_when_a_token_goes_elsewhere(town: Playground) -> None:
    """b may still come to the join, until its token takes the way out."""
    town.run(
        start(), parallel("teilt"), user("a"), user("b", "mit", "ohne"), exclusive("weg", default="weg__raus"),
        end("raus"),
        inclusive("sammelt"), user("danach"), end(), path("start", "teilt", "a", "sammelt", "danach", "end"),
        path("teilt", "b", "weg"), flow("weg", "sammelt", 'b.ergebnis = "mit"'), flow("weg", "raus"),
    )  # fmt: skip
    town.complete("a")
    assert (town.open(), town.waiting()) == (["b"], ["b", "sammelt"])
    town.complete("b", "ohne")
    assert town.open() == ["danach"]


def test_inclusive_join_in_a_loop(town: Playground) -> None:
    """The way back into the join does not block it: it only runs through the join itself."""
    town.run(
        start(), inclusive("kopf"), user("a", "weiter", "nochmal"), exclusive("weg", default="weg__end"), end(),
        path("start", "kopf", "a", "weg"), flow("weg", "kopf", 'a.ergebnis = "nochmal"'), flow("weg", "end"),
    )  # fmt: skip
    town.complete("a", "nochmal")
    town.complete("a", "nochmal")
    town.complete("a", "weiter")
    assert (town.state(), town.done().count("kopf")) == ("completed", 3)


def test_inclusive_join_behind_a_subprocess_waits_for_it(town: Playground) -> None:
    from tests.factories.processes import subprocess

    town.run(
        start(), parallel("teilt"), user("a"),
        subprocess("teil", start("s2"), user("innen"), end("e2"), path("s2", "innen", "e2")),
        inclusive("sammelt"), end(), path("start", "teilt", "a", "sammelt", "end"), path("teilt", "teil", "sammelt"),
    )  # fmt: skip
    town.complete("a")
    assert town.state() == "active"
    town.complete("innen")
    assert (town.state(), town.done().count("sammelt")) == ("completed", 1)


def test_a_join_that_can_never_be_complete_raises_an_incident(town: Playground) -> None:
    town.run(
        start(), exclusive("wahl", default="wahl__b"), user("a"), user("b"), parallel("sammelt"), end(),
        path("start", "wahl"), flow("wahl", "a", "x = 1"), flow("wahl", "b"), path("a", "sammelt", "end"),
        path("b", "sammelt"), x=1,
    )  # fmt: skip
    town.complete("a")
    assert town.incidents() == [("sammelt", "stuck")]
    (incident,) = processes.incidents_of(town.subject)
    processes.resolve_incident(actor=town.actor, incident_id=incident.pk, note="weiter")
    assert town.state() == "completed"


def test_loop_guard(town: Playground) -> None:
    town.run(
        start(), exclusive("kopf"), service("tun"), exclusive("weg", default="weg__end"), end(),
        path("start", "kopf", "tun", "weg"), flow("weg", "kopf", "x = 1"), flow("weg", "end"), x=1,
    )  # fmt: skip
    assert [kind for _place, kind in town.incidents()] == ["loop"]
    assert town.state() == "active"


def test_state_stays_the_same_size_in_loops(town: Playground) -> None:
    from rathaus.engines.processes.models import ProcessInstance, Token

    instance = town.run(
        start(), exclusive("kopf"), user("a", "weiter", "nochmal"), exclusive("weg", default="weg__end"), end(),
        path("start", "kopf", "a", "weg"), flow("weg", "kopf", 'a.ergebnis = "nochmal"'), flow("weg", "end"),
    )  # fmt: skip
    sizes = []
    for _pass in range(3):
        town.complete("a", "nochmal")
        row = ProcessInstance.objects.get(pk=instance.pk)
        sizes.append((len(str(row.variables)), Token.objects.filter(instance=row).count()))
    assert len(set(sizes)) == 1
