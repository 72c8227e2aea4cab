"""Posts of a unit: what they may do, and who holds them from when to when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rathaus.identity.public import (
    ActorRequest,
    LastAdministrator,
    Membership,
    OrganizationalUnit,
    Post,
    assign_post,
    create_post,
    end_holding,
    update_post,
)
from rathaus.kernel.public import text

from .guards import for_administrators, show_form
from .unit_forms import AssignForm, EndForm, PostForm
from .units import trail_to

MAX_CODE = 56


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_post(request: ActorRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(OrganizationalUnit, code=code)
    form = PostForm(request.POST or None, initial={"roles": ["case_worker"]})
    if form.is_valid():
        values = form.cleaned_data
        created = create_post(
            actor=request.actor, code=_free_code(unit, values["title"]), title=values["title"], unit=unit,
            roles=values["roles"],
        )  # fmt: skip
        messages.success(request, _("The post “%(title)s” is set up.") % {"title": created.title})
        return redirect("casework:admin_unit", code=code)
    return show_form(
        request, form, title=_("New post"), submit=_("Set up post"), trail=trail_to(unit), back=_to(unit)
    )


def _free_code(unit: OrganizationalUnit, title: str) -> str:
    wanted = text.slug(f"{unit.code} {title}")[:MAX_CODE].strip("-")
    taken = set(Post.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    codes = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(code for code in codes if code not in taken)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def edit_post(request: ActorRequest, code: str) -> HttpResponse:
    post = get_object_or_404(Post.objects.select_related("unit"), code=code)
    form = PostForm(request.POST or None, initial={"title": post.title, "roles": post.roles})
    if form.is_valid():
        try:
            update_post(actor=request.actor, post=post, **form.cleaned_data)
        except LastAdministrator:
            form.add_error("roles", _last_administrator())
        else:
            messages.success(request, _("The post “%(title)s” is changed.") % {"title": post.title})
            return redirect("casework:admin_unit", code=post.unit.code)
    return show_form(
        request, form, title=_("Change post"), submit=_("Save"), trail=trail_to(post.unit),
        back=_to(post.unit),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def assign(request: ActorRequest, code: str) -> HttpResponse:
    post = get_object_or_404(Post.objects.select_related("unit"), code=code)
    form = AssignForm(request.POST or None, post=post)
    if form.is_valid():
        values = form.cleaned_data
        assign_post(
            actor=request.actor, account=values["email"], post=post, valid_from=values["valid_from"],
            valid_to=values["valid_to"],
        )  # fmt: skip
        messages.success(
            request,
            _("%(person)s holds the post “%(title)s”.") % {"person": values["email"], "title": post.title},
        )
        return redirect("casework:admin_unit", code=post.unit.code)
    return show_form(
        request, form, title=_("Fill the post “%(title)s”") % {"title": post.title}, submit=_("Fill post"),
        trail=trail_to(post.unit), back=_to(post.unit),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def end(request: ActorRequest, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(
        Membership.objects.select_related("account", "post__unit"), pk=membership_id
    )
    post = membership.post
    names = {"person": membership.account, "title": post.title}
    form = EndForm(request.POST or None, membership=membership)
    if form.is_valid():
        try:
            end_holding(actor=request.actor, membership=membership, last_day=form.cleaned_data["last_day"])
        except LastAdministrator:
            form.add_error("last_day", _last_administrator())
        else:
            messages.success(request, _("Noted: %(person)s leaves the post “%(title)s”.") % names)
            return redirect("casework:admin_unit", code=post.unit.code)
    return show_form(
        request, form, title=_("%(person)s leaves a post") % names, submit=_("Note last day"),
        intro=_("After this day, %(person)s no longer has the rights of the post “%(title)s”.") % names,
        trail=trail_to(post.unit), back=_to(post.unit),
    )  # fmt: skip


def _to(unit: OrganizationalUnit) -> str:
    return reverse("casework:admin_unit", args=[unit.code])


def _last_administrator() -> str:
    return _("This is the last post with administration that is held. Please give it to somebody else first.")
