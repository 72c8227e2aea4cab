"""Processes drawn by hand, each for one rule of BPMN 2.0.2, chapters 10 and 13, or for several that meet."""

from __future__ import annotations

from collections.abc import Mapping

from tests.factories.processes import (
    TERMINATE,
    boundary,
    call,
    catch,
    end,
    error,
    event_gateway,
    exclusive,
    flow,
    inclusive,
    message,
    multi,
    parallel,
    path,
    receive,
    service,
    start,
    subprocess,
    tag,
    timer,
    user,
)

from .model import Done, Drawn, Passed, Push, Sent


def task(element_id: str, inner: str = "") -> str:
    """A user task that asks for the number `n`."""
    return user(element_id, inner=inner, rathaus_form="zahl")


def drawn(
    name: str,
    *parts: str,
    script: str = "",
    x: int = 0,
    called: Mapping[str, tuple[str, ...]] | None = None,
) -> Drawn:
    """The script as words: `a` or `a=2` completes a task, `!post` or `!post=2` sends, `+1` lets hours pass."""
    return Drawn(name, parts, tuple(_push(word) for word in script.split()), x, called or {})


def _push(word: str) -> Push:
    if word.startswith("+"):
        return Passed(int(word[1:]))
    name, _, n = word.partition("=")
    return Sent(name[1:], int(n or 0)) if name.startswith("!") else Done(name, int(n or 0))


HOUR = timer("PT1H")
DAY = timer("P1D")

CHOICE = (
    start(), task("a"), exclusive("wahl", default="wahl__d"), task("b"), task("c"), task("d"), exclusive("zu"), end(),
    path("start", "a", "wahl"), flow("wahl", "b", "a.n = 1"), flow("wahl", "c", "a.n > 0"), flow("wahl", "d"),
    path("b", "zu", "end"), path("c", "zu"), path("d", "zu"),
)  # fmt: skip

LOOP = (
    start(), exclusive("kopf"), task("a"), exclusive("fuss", default="fuss__end"), end(),
    path("start", "kopf", "a", "fuss"), flow("fuss", "kopf", "a.n > 0"), flow("fuss", "end"),
)  # fmt: skip

FORK = (
    start(), parallel("auf"), task("a"), task("b"), task("b2"), task("c"), parallel("zu"), task("d"), end(),
    path("start", "auf", "a", "zu", "d", "end"), path("auf", "b", "b2", "zu"), path("auf", "c", "zu"),
)  # fmt: skip

SOME = (
    start(), inclusive("auf", default="auf__c"), task("a"), task("b"), task("c"), inclusive("zu"), task("d"), end(),
    path("start", "auf"), flow("auf", "a", "x > 0"), flow("auf", "b", "x > 1"), flow("auf", "c"),
    path("a", "zu", "d", "end"), path("b", "zu"), path("c", "zu"),
)  # fmt: skip

FIRST_EVENT = (
    start(), event_gateway("was"), catch("post", message("antwort")), catch("zeit", HOUR), receive("brief", "brief"),
    task("a"), task("b"), task("c"), end("e1"), end("e2"), end("e3"),
    path("start", "was", "post", "a", "e1"), path("was", "zeit", "b", "e2"), path("was", "brief", "c", "e3"),
)  # fmt: skip


def bordered(event: str, *, interrupting: bool = True) -> tuple[str, ...]:
    return (
        start(), task("a"), task("b"), task("c"), end("e1"), end("e2"), path("start", "a", "b", "e1"),
        boundary("rand", "a", event, interrupting=interrupting), path("rand", "c", "e2"),
    )  # fmt: skip


def failing(inner_end: str, *borders: str) -> tuple[str, ...]:
    """A subprocess that may end by an error."""
    ways = "".join(
        path(border.partition('id="')[2].partition('"')[0], f"t{index}", f"e{index}")
        for index, border in enumerate(borders)
    )
    after = "".join(task(f"t{index}") + end(f"e{index}") for index in range(len(borders)))
    return (
        start(), subprocess("teil", start("s"), parallel("auf"), task("a"), task("b"), end("gut"), inner_end,
        path("s", "auf", "a", "schlecht"), path("auf", "b", "gut")), task("c"), end(),
        path("start", "teil", "c", "end"), *borders, after, ways,
    )  # fmt: skip


def several(marker: str) -> tuple[str, ...]:
    return (start(), task("a", inner=marker), task("b"), end(), path("start", "a", "b", "end"))


def several_parts(marker: str) -> tuple[str, ...]:
    inside = (start("s"), task("a"), task("b"), end("e"), path("s", "a", "b", "e"))
    return (start(), subprocess("teil", *inside, marker), task("c"), end(), path("start", "teil", "c", "end"))


CALLED = (start("s"), task("a"), end("e"), path("s", "a", "e"))
CALLED_TWICE = (start("s2"), task("b"), call("innen", "gerufen"), end("e2"), path("s2", "b", "innen", "e2"))
CALLED_FAILS = (start("s"), task("a"), end("e", error("weg")), path("s", "a", "e"))
CALLING = (start(), call("ruf", "gerufen"), task("z"), end(), path("start", "ruf", "z", "end"))

GATEWAYS = (
    drawn("sequence", start(), task("a"), task("b"), end(), path("start", "a", "b", "end"), script="a=1 b=2"),
    drawn("no_people", start(), service("a"), service("b"), end(), path("start", "a", "b", "end")),
    drawn(
        "manual_task", start(), tag("manualTask", "a", rathaus_role="leitung", rathaus_form="zahl"), end(),
        path("start", "a", "end"), script="a=1",
    ),
    drawn("choice_first_true", *CHOICE, script="a=1 b"),
    drawn("choice_second", *CHOICE, script="a=2 c"),
    drawn("choice_default", *CHOICE, script="a=0 d"),
    drawn("loop", *LOOP, script="a=1 a=2 a=1 a=0"),
    drawn("loop_not_taken", *LOOP, script="a=0"),
    drawn(
        "loop_in_loop", start(), exclusive("k1"), task("a"), exclusive("k2"), task("b"),
        exclusive("f2", default="f2__f1"), exclusive("f1", default="f1__end"), end(),
        path("start", "k1", "a", "k2", "b", "f2"), flow("f2", "k2", "b.n = 1"), flow("f2", "f1"),
        flow("f1", "k1", "b.n = 2"), flow("f1", "end"), script="a b=1 b=1 b=2 a b=1 b=0",
    ),
    drawn("fork", *FORK, script="a b b2 c d=3"),
    drawn("fork_other_order", *FORK, script="c b b2 a d=3"),
    drawn(
        "fork_in_fork", start(), parallel("p1"), parallel("p2"), task("a"), task("b"), parallel("j2"), task("c"),
        parallel("j1"), end(), path("start", "p1", "p2", "a", "j2", "j1", "end"), path("p2", "b", "j2"),
        path("p1", "c", "j1"), script="c b a",
    ),
    drawn(
        "fork_without_join", start(), parallel("auf"), task("a"), task("b"), end("e1"), end("e2"),
        path("start", "auf", "a", "e1"), path("auf", "b", "e2"), script="b a",
    ),
    drawn(
        "loop_in_fork", start(), parallel("auf"), exclusive("kopf"), task("a"), exclusive("fuss", default="fuss__zu"),
        task("b"), parallel("zu"), end(), path("start", "auf", "kopf", "a", "fuss"), flow("fuss", "kopf", "a.n = 1"),
        flow("fuss", "zu"), path("auf", "b", "zu", "end"), script="a=1 b a=1 a=0",
    ),
    drawn(
        "fork_in_loop", start(), exclusive("kopf"), parallel("auf"), task("a"), task("b"), parallel("zu"),
        exclusive("fuss", default="fuss__end"), end(), path("start", "kopf", "auf", "a", "zu", "fuss"),
        path("auf", "b", "zu"), flow("fuss", "kopf", "b.n = 1"), flow("fuss", "end"), script="a b=1 b=0 a",
    ),
    drawn(
        "choice_in_fork", start(), parallel("auf"), task("a"), exclusive("wahl", default="wahl__c"), task("b"),
        task("c"), exclusive("eins"), task("d"), parallel("zu"), end(), path("start", "auf", "a", "wahl"),
        flow("wahl", "b", "a.n = 1"), flow("wahl", "c"), path("b", "eins", "zu", "end"), path("c", "eins"),
        path("auf", "d", "zu"), script="d a=1 b",
    ),
    drawn(
        "two_tokens_on_one_way", start(), parallel("auf"), task("a"), task("b"), exclusive("zu"), task("c"), end(),
        path("start", "auf", "a", "zu", "c", "end"), path("auf", "b", "zu"), script="a b c=1 c=1",
    ),
    drawn("some_both", *SOME, x=2, script="b a d"),
    drawn("some_one", *SOME, x=1, script="a d"),
    drawn("some_default", *SOME, x=0, script="c d"),
    drawn(
        "some_in_some", start(), inclusive("a1", default="a1__c"), inclusive("a2", default="a2__b"), task("a"),
        task("b"), inclusive("z2"), task("c"), inclusive("z1"), end(), path("start", "a1"), flow("a1", "a2", "x > 0"),
        flow("a1", "c"), flow("a2", "a", "x > 1"), flow("a2", "b"), path("a", "z2", "z1", "end"), path("b", "z2"),
        path("c", "z1"), x=2, script="a",
    ),
    drawn(
        "fork_in_some", start(), inclusive("a1", default="a1__c"), parallel("p"), task("a"), task("b"), parallel("j"),
        task("c"), task("d"), inclusive("z1"), end(), path("start", "a1"), flow("a1", "p", "x > 0"),
        flow("a1", "d", "x > 1"), flow("a1", "c"), path("p", "a", "j", "z1", "end"), path("p", "b", "j"),
        path("c", "z1"), path("d", "z1"), x=2, script="d b a",
    ),
    drawn(
        "some_may_leave", start(), parallel("auf"), task("a"), task("b"), exclusive("weg", default="weg__raus"),
        end("raus"), inclusive("zu"), task("c"), end(), path("start", "auf", "a", "zu", "c", "end"),
        path("auf", "b", "weg"), flow("weg", "zu", "b.n = 1"), flow("weg", "raus"), script="a b=0 c",
    ),
    drawn(
        "some_in_loop", start(), exclusive("kopf"), inclusive("auf", default="auf__b"), task("a"), task("b"),
        inclusive("zu"), task("c"), exclusive("fuss", default="fuss__end"), end(), path("start", "kopf", "auf"),
        flow("auf", "a", "x > 0"), flow("auf", "b"), path("a", "zu", "c", "fuss"), path("b", "zu"),
        flow("fuss", "kopf", "c.n = 1"), flow("fuss", "end"), x=1, script="a c=1 a c=0",
    ),
)  # fmt: skip

EVENTS = (
    drawn("first_event_message", *FIRST_EVENT, script="!antwort=3 a"),
    drawn("first_event_timer", *FIRST_EVENT, script="+1 b"),
    drawn("first_event_receive", *FIRST_EVENT, script="!brief=4 c"),
    drawn(
        "wait_for_message", start(), catch("post", message("antwort")), task("a"), end(),
        path("start", "post", "a", "end"), script="!antwort=2 a",
    ),
    drawn("wait_for_timer", start(), catch("zeit", HOUR), task("a"), end(), path("start", "zeit", "a", "end"),
          script="+1 a"),
    drawn("receive_task", start(), receive("brief", "brief"), end(), path("start", "brief", "end"), script="!brief=7"),
    drawn(
        "one_message_for_two", start(), parallel("auf"), catch("p1", message("antwort")), receive("p2", "antwort"),
        parallel("zu"), end(), path("start", "auf", "p1", "zu", "end"), path("auf", "p2", "zu"), script="!antwort=2",
    ),
    drawn(
        "first_event_in_some", start(), inclusive("auf", default="auf__b"), task("a"), task("m", multi(count="1")),
        event_gateway("was"), catch("post", message("antwort")), catch("zeit", HOUR), exclusive("eins"), task("b"),
        inclusive("zu"), end(), path("start", "auf"), flow("auf", "a", "x > 0"), flow("auf", "m", "x > 1"),
        flow("auf", "b"), path("a", "zu", "end"), path("m", "was", "post", "eins", "zu"), path("was", "zeit", "eins"),
        path("b", "zu"), x=2, script="a m !antwort",
    ),
    drawn("border_timer", *bordered(HOUR), script="+1 c"),
    drawn("border_timer_too_late", *bordered(HOUR), script="a +1 b"),
    drawn("border_timer_beside", *bordered(HOUR, interrupting=False), script="+1 c a b"),
    drawn("border_message", *bordered(message("antwort")), script="!antwort=1 c"),
    drawn("border_message_beside", *bordered(message("antwort"), interrupting=False), script="!antwort a c b"),
    drawn(
        "two_borders", start(), task("a"), end("e1"), path("start", "a", "e1"), boundary("r1", "a", HOUR),
        boundary("r2", "a", message("antwort")), task("b"), task("c"), end("e2"), end("e3"), path("r1", "b", "e2"),
        path("r2", "c", "e3"), script="!antwort +1 c",
    ),
    drawn(
        "reminder_then_end", start(), task("a"), end("e1"), path("start", "a", "e1"),
        boundary("r1", "a", HOUR, interrupting=False), boundary("r2", "a", DAY), task("b"), task("c"), end("e2"),
        end("e3"), path("r1", "b", "e2"), path("r2", "c", "e3"), script="+1 +24 c b",
    ),
    drawn(
        "border_in_loop", start(), exclusive("kopf"), task("a"), end("e1"), path("start", "kopf", "a", "e1"),
        boundary("r", "a", HOUR), task("b"), path("r", "b", "kopf"), script="+1 b +1 b a",
    ),
)  # fmt: skip

SCOPES = (
    drawn(
        "subprocess", start(), subprocess("teil", start("s"), task("a"), end("e"), path("s", "a", "e")), task("b"),
        end(), path("start", "teil", "b", "end"), script="a=1 b",
    ),
    drawn(
        "subprocess_in_subprocess", start(),
        subprocess("t1", start("s1"), subprocess("t2", start("s2"), task("a"), end("e2"), path("s2", "a", "e2")),
                   task("b"), end("e1"), path("s1", "t2", "b", "e1")),
        end(), path("start", "t1", "end"), script="a=1 b=2",
    ),
    drawn(
        "subprocess_ends_with_its_last", start(),
        subprocess("teil", start("s"), parallel("auf"), task("a"), task("b"), end("e1"), end("e2"),
                   path("s", "auf", "a", "e1"), path("auf", "b", "e2")),
        task("c"), end(), path("start", "teil", "c", "end"), script="b a c",
    ),
    drawn(
        "subprocess_in_loop", start(), exclusive("kopf"),
        subprocess("teil", start("s"), task("a"), end("e"), path("s", "a", "e")),
        exclusive("fuss", default="fuss__end"), end(), path("start", "kopf", "teil", "fuss"),
        flow("fuss", "kopf", "a.n = 1"), flow("fuss", "end"), script="a=1 a=1 a=0",
    ),
    drawn(
        "terminate", start(), parallel("auf"), task("a"), task("b"), end("aus", TERMINATE), end("still"),
        path("start", "auf", "a", "aus"), path("auf", "b", "still"), script="a",
    ),
    drawn(
        "terminate_inside", start(),
        subprocess("teil", start("s"), parallel("auf"), task("a"), task("b"), end("aus", TERMINATE), end("still"),
                   path("s", "auf", "a", "aus"), path("auf", "b", "still")),
        task("c"), end(), path("start", "teil", "c", "end"), script="a c",
    ),
    drawn("error_caught", *failing(end("schlecht", error("x1")), boundary("f", "teil", error("x1"))), script="a t0"),
    drawn("error_caught_by_any", *failing(end("schlecht", error("x1")), boundary("f", "teil", error())),
          script="a t0"),
    drawn("error_by_code",
          *failing(end("schlecht", error("x1")), boundary("f", "teil", error("x2")),
                   boundary("g", "teil", error("x1"))),
          script="a t1"),
    drawn("error_not_thrown", *failing(end("schlecht"), boundary("f", "teil", HOUR)), script="a b c"),
    drawn("border_of_subprocess", *failing(end("schlecht"), boundary("f", "teil", HOUR)), script="a +1 t0"),
    drawn(
        "border_beside_subprocess",
        *failing(end("schlecht"), boundary("f", "teil", message("antwort"), interrupting=False)),
        script="a !antwort b c t0",
    ),
    drawn(
        "error_through_two", start(),
        subprocess("t1", start("s1"), subprocess("t2", start("s2"), task("a"), end("e2", error("x1")),
                                                 path("s2", "a", "e2")), end("e1"), path("s1", "t2", "e1")),
        end(), path("start", "t1", "end"), boundary("f", "t1", error("x1")), task("b"), end("e3"), path("f", "b", "e3"),
        script="a b",
    ),
    drawn("several_at_once", *several(multi(count="3")), script="a=1 a=2 a=3 b"),
    drawn("several_in_turn", *several(multi(count="3", sequential=True)), script="a=1 a=2 a=3 b"),
    drawn("several_in_turn_until",
          *several(multi(count="4", sequential=True, until="numberOfCompletedInstances = 2")), script="a=1 a=2 b"),
    drawn("several_of_x", *several(multi(count="x + 1")), x=1, script="a=5 a=6 b"),
    drawn("several_parts_at_once", *several_parts(multi(count="2")), script="a a b b c"),
    drawn("several_parts_in_turn", *several_parts(multi(count="2", sequential=True)), script="a b a b c"),
    drawn("called", *CALLING, script="a=1 z", called={"gerufen": CALLED}),
    drawn("called_in_called", *(part.replace('"gerufen"', '"mitte"') for part in CALLING), script="b a z",
          called={"gerufen": CALLED, "mitte": CALLED_TWICE}),
    drawn("called_in_fork", start(), parallel("auf"), call("ruf", "gerufen"), task("z"), parallel("zu"), end(),
          path("start", "auf", "ruf", "zu", "end"), path("auf", "z", "zu"), script="z a=1", called={"gerufen": CALLED}),
    drawn("called_and_late", *CALLING, boundary("r", "ruf", HOUR), task("b"), end("e3"), path("r", "b", "e3"),
          script="+1 b", called={"gerufen": CALLED}),
    drawn("called_fails", *CALLING, boundary("r", "ruf", error("weg")), task("b"), end("e3"), path("r", "b", "e3"),
          script="a b", called={"gerufen": CALLED_FAILS}),
)  # fmt: skip

DRAWN = (*GATEWAYS, *EVENTS, *SCOPES)
