"""The in-tray, and giving many tasks to one person at once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rathaus.casework.queries.services import service_titles
from rathaus.casework.queries.tray import (
    COUNTED,
    PAGE_SIZE,
    TASK_TABS,
    TITLES,
    Filters,
    Tab,
    counts,
    place_of,
    reader_for,
    rows_of,
)
from rathaus.casework.queries.tray_rows import Place
from rathaus.casework.services.assignment import (
    Former,
    NotAssignable,
    assign_tasks,
    restore_assignments,
)
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, UserAccount, safe_next, staff_of, staff_required

UNDO = "casework_undo"
DUE_CHOICES = ("heute", "woche", "ohne")
STATES = (
    records.CaseState.RECEIVED,
    records.CaseState.IN_PROGRESS,
    records.CaseState.WAITING,
    records.CaseState.DECIDED,
)


@dataclass(frozen=True)
class TabLink:
    title: str
    href: str
    count: int
    is_current: bool

    @property
    def shown_count(self) -> str:
        """Nobody needs to know whether it is two hundred or three."""
        return str(self.count) if self.count < COUNTED else f"{COUNTED - 1}+"


def tab_of(request: ActorRequest, found: dict[Tab, int]) -> Tab:
    """The list asked for; without one my own, or the office's where I have nothing."""
    try:
        return Tab(request.GET.get("liste", ""))
    except ValueError:
        return Tab.MINE if found[Tab.MINE] else Tab.UNIT


def filters_of(query: QueryDict) -> Filters:
    due, state = query.get("frist", ""), query.get("stand", "")
    return Filters(
        service=query.get("leistung", "")[:80],
        state=state if state in STATES else "",
        due=due if due in DUE_CHOICES else "",
        text=query.get("text", "").strip()[:100],
        newest_first=query.get("sortierung") == "neu",
    )


@require_safe
@staff_required
def tray(request: ActorRequest) -> HttpResponse:
    """What is to be done. Seven queries (eight where a page goes on with what has no date), whatever the number
    of rows."""
    titles = service_titles()
    reader = reader_for(request.actor)
    found = counts(reader)
    tab = tab_of(request, found)
    filters = filters_of(request.GET)
    after = place_of(request.GET.get("nach", ""), tab)
    rows = rows_of(reader, tab, filters, after=after, titles=titles)
    shown = rows[:PAGE_SIZE]
    context = {
        "tabs": [_tab_link(request, known, tab, found[known]) for known in Tab],
        "tab": tab,
        "title": TITLES[tab],
        "rows": shown,
        "filters": filters,
        "services": titles,
        "states": STATES,
        "is_task_list": tab in TASK_TABS,
        "first": _page_link(request, None) if after else "",
        "later": _page_link(request, shown[-1].place) if len(rows) > PAGE_SIZE else "",
        "can_undo": UNDO in request.session,
    }
    return render(request, "casework/tray.html", context)


def _tab_link(request: ActorRequest, tab: Tab, current: Tab, count: int) -> TabLink:
    kept = {name: request.GET[name] for name in ("leistung", "sortierung") if request.GET.get(name)}
    href = f"{reverse('casework:tray')}?{urlencode({'liste': tab.value, **kept})}"
    return TabLink(str(TITLES[tab]), href, count, tab is current)


def _page_link(request: ActorRequest, after: Place | None) -> str:
    query = request.GET.copy()
    query.pop("nach", None)
    if after is not None:
        query["nach"] = str(after)
    return f"?{query.urlencode()}"


@require_POST
@staff_required
def assign(request: ActorRequest) -> HttpResponse:
    """Give the chosen tasks to a person: first the question to whom, then the answer."""
    task_ids = _chosen(request.POST)
    back = safe_next(request, reverse("casework:tray"))
    if not task_ids:
        messages.warning(request, _("Choose at least one task."))
        return redirect(back)
    colleagues = staff_of(request.actor.unit_ids | request.actor.headed_unit_ids)
    wanted = request.POST.get("person", "")
    if wanted == "":
        context = {"task_ids": task_ids, "colleagues": colleagues, "back": back}
        return render(request, "casework/assign.html", context)
    assignee = _person(wanted, colleagues)
    if assignee is None and wanted != "niemand":
        messages.warning(request, _("Choose a colleague of your office."))
        return redirect(back)
    try:
        former = assign_tasks(actor=request.actor, task_ids=task_ids, assignee=assignee)
    except NotAssignable as refused:
        messages.warning(request, str(refused))
        return redirect(back)
    _remember(request, former)
    _say_assigned(request, len(former), assignee)
    return redirect(back)


def _chosen(post: QueryDict) -> list[UUID]:
    found = []
    for value in post.getlist("aufgabe"):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _person(wanted: str, colleagues: list[UserAccount]) -> UserAccount | None:
    return next((person for person in colleagues if str(person.pk) == wanted), None)


def _say_assigned(request: ActorRequest, count: int, assignee: UserAccount | None) -> None:
    if assignee is None:
        text = ngettext("%(count)s task given back.", "%(count)s tasks given back.", count)
        messages.success(request, text % {"count": count})
        return
    text = ngettext("%(count)s task now lies with %(name)s.", "%(count)s tasks now lie with %(name)s.", count)
    messages.success(request, text % {"count": count, "name": assignee.name})


def _remember(request: ActorRequest, former: list[Former]) -> None:
    request.session[UNDO] = [
        [str(entry.task_id), str(entry.account_id) if entry.account_id else ""] for entry in former
    ]


@require_POST
@staff_required
def undo(request: ActorRequest) -> HttpResponse:
    """Take the last assignment of many back."""
    former = [
        Former(UUID(task_id), UUID(account_id) if account_id else None)
        for task_id, account_id in request.session.pop(UNDO, [])
    ]
    count = restore_assignments(actor=request.actor, former=former)
    text = ngettext("%(count)s task is as before.", "%(count)s tasks are as before.", count)
    messages.success(request, text % {"count": count})
    return redirect(safe_next(request, reverse("casework:tray")))
