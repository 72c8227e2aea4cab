"""The house: units, their posts, and who holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.casework.queries.organization import memberships_in, unit_tree
from rathaus.identity.public import (
    MANAGE,
    ActorRequest,
    Membership,
    OrganizationalUnit,
    Post,
    create_unit,
    policies,
    update_unit,
)

from .guards import Trail, add_errors, for_administrators, for_staff, show_form, today
from .unit_forms import UnitForm


@dataclass(frozen=True)
class PostRow:
    """A post of a unit with those who hold it, will hold it or held it."""

    post: Post
    present: list[Membership]
    future: list[Membership]
    past: list[Membership]


def trail_to(unit: OrganizationalUnit | None = None) -> Trail:
    here = ((_("Units"), reverse("casework:admin_units")),)
    return here if unit is None else (*here, (unit.name, reverse("casework:admin_unit", args=[unit.code])))


@require_safe
@for_staff
def units(request: ActorRequest) -> HttpResponse:
    context = {"tree": unit_tree(), "may_manage": policies.allows(request.actor, MANAGE)}
    return render(request, "casework/administration/units.html", context)


@require_safe
@for_staff
def unit(request: ActorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(OrganizationalUnit.objects.select_related("parent"), code=code)
    context = {
        "unit": found,
        "children": found.children.order_by("name"),
        "rows": _rows(found.posts.order_by("-is_head", "title"), memberships_in(found)),
        "contact": _contact(found),
        "may_manage": policies.allows(request.actor, MANAGE),
        "trail": [*trail_to(), (found.name, "")],
    }
    return render(request, "casework/administration/unit.html", context)


def _contact(unit: OrganizationalUnit) -> list[tuple[str, object]]:
    known = (
        (_("Short code"), unit.code),
        (_("Name in English"), unit.name_en),
        (_("Belongs to"), unit.parent),
        (_("Telephone"), unit.phone),
        (_("E-mail address"), unit.email),
        (_("Room"), unit.room),
    )
    return [(label, value) for label, value in known if value]


def _rows(posts: Iterable[Post], memberships: Iterable[Membership]) -> list[PostRow]:
    rows = {post.pk: PostRow(post, [], [], []) for post in posts}
    now = today()
    for membership in memberships:
        _group(rows[membership.post_id], membership, now).append(membership)
    return list(rows.values())


def _group(row: PostRow, membership: Membership, now: date) -> list[Membership]:
    if membership.valid_from > now:
        return row.future
    return row.past if membership.valid_to and membership.valid_to < now else row.present


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_unit(request: ActorRequest) -> HttpResponse:
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("unter", "")})
    if form.is_valid():
        try:
            created = create_unit(actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The unit “%(name)s” is set up.") % {"name": created.name})
            return redirect("casework:admin_unit", code=created.code)
    return show_form(
        request, form, title=_("New unit"), submit=_("Set up unit"), trail=trail_to(),
        back=reverse("casework:admin_units"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def edit_unit(request: ActorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(OrganizationalUnit.objects.select_related("parent"), code=code)
    form = UnitForm(request.POST or None, unit=found, initial=_values(found))
    if form.is_valid():
        try:
            update_unit(actor=request.actor, unit=found, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The unit “%(name)s” is changed.") % {"name": found.name})
            return redirect("casework:admin_unit", code=found.code)
    return show_form(
        request, form, title=_("Change unit"), submit=_("Save"), trail=trail_to(found),
        back=reverse("casework:admin_unit", args=[code]),
    )  # fmt: skip


def _values(unit: OrganizationalUnit) -> dict[str, str]:
    names = ("name", "name_en", "phone", "email", "room")
    return {name: getattr(unit, name) for name in names} | {"parent": unit.parent.code if unit.parent else ""}
