from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import DjangoAssertNumQueries

from rathaus.identity.models import AccessSet, UserAccount
from rathaus.identity.public import (
    ANONYMOUS,
    SYSTEM,
    AssuranceLevel,
    StoodInFor,
    access_set_for,
    access_set_for_unit,
    actor_for,
    appoint_stand_in,
    assign_post,
    create_post,
    create_unit,
    end_membership,
    move_unit,
    opens_access_set,
    revoke_stand_in,
    visible_access_sets,
)
from rathaus.identity.queries.organization import current
from rathaus.kernel.public import audit, clock
from tests.factories import identity
from tests.factories.identity import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def fresh(person: UserAccount) -> UserAccount:
    return UserAccount.objects.get(pk=person.pk)


def test_guests_and_citizens_have_no_rights_and_cost_no_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    citizen = fresh(cast.citizen)
    with django_assert_num_queries(0):
        actor = actor_for(citizen)
        assert actor_for(AnonymousUser()) == ANONYMOUS
        assert actor_for(None) == ANONYMOUS
    assert (actor.kind, actor.roles, actor.unit_ids) == ("citizen", frozenset(), frozenset())
    assert actor.audit_name == f"citizen:{citizen.pk}"


@pytest.mark.parametrize("name", ["case_worker", "stand_in", "head", "administrator"])
def test_staff_cost_one_query(
    cast: Cast, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = fresh(getattr(cast, name))
    with django_assert_num_queries(1):
        actor = actor_for(person)
    assert actor.is_staff


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "counts"),
    [
        (-1, None, True),
        (0, None, True),
        (1, None, False),
        (-5, -1, False),
        (-5, 0, True),
        (0, 0, True),
    ],
)
def test_a_post_counts_from_its_first_to_its_last_day(
    valid_from: int, valid_to: int | None, counts: bool
) -> None:
    today = clock.today()
    person = identity.employee(
        identity.unit("steueramt"),
        valid_from=today + valid_from * DAY,
        valid_to=None if valid_to is None else today + valid_to * DAY,
    )
    assert actor_for(fresh(person)).is_staff is counts


def test_a_stand_in_begins_and_ends_by_itself(cast: Cast) -> None:
    substitute = fresh(cast.other_citizen)
    appoint_stand_in(
        actor=SYSTEM,
        absent=cast.case_worker,
        substitute=substitute,
        valid_from=date(2030, 5, 2),
        valid_to=date(2030, 5, 9),
    )
    seen = {}
    for day in (1, 2, 9, 10):
        with clock.travel(datetime(2030, 5, day, 12, tzinfo=UTC)):
            seen[day] = actor_for(substitute).unit_ids
    steueramt = frozenset({cast.steueramt.pk})
    assert seen == {1: frozenset(), 2: steueramt, 9: steueramt, 10: frozenset()}


def test_the_stand_in_is_marked(cast: Cast) -> None:
    actor = cast.actor("stand_in")
    absent = StoodInFor(cast.case_worker.pk, "Sabine Steuer")
    assert actor.stands_in_for == (absent,)
    assert actor.own_unit_ids == {cast.buergerbuero.pk}
    assert actor.unit_ids == {cast.buergerbuero.pk, cast.steueramt.pk}
    assert actor.stands_in_at(cast.steueramt.pk) == (absent,)
    assert actor.stands_in_at(cast.buergerbuero.pk) == ()


def test_a_stand_in_for_an_administrator_gets_no_technical_role(cast: Cast) -> None:
    identity.stand_in(cast.administrator, cast.colleague)
    actor = cast.actor("colleague")
    assert actor.roles == {"case_worker"}
    assert actor.unit_ids == {cast.steueramt.pk}


def test_stand_ins_do_not_chain(cast: Cast) -> None:
    identity.stand_in(cast.stand_in, cast.stranger)
    assert cast.actor("stranger").unit_ids == {cast.ordnungsamt.pk, cast.buergerbuero.pk}


def test_a_stand_in_for_the_head_sees_what_the_head_sees(cast: Cast) -> None:
    identity.stand_in(cast.head, cast.stranger)
    assert cast.actor("stranger").headed_unit_ids == {cast.fachbereich.pk, cast.steueramt.pk}


def test_a_head_reaches_the_units_below_and_no_others(cast: Cast) -> None:
    actor = cast.actor("head")
    team = create_unit(actor=SYSTEM, code="team-hunde", name="Team Hunde", parent=cast.steueramt)
    create_unit(actor=SYSTEM, code="buergermeister-vorzimmer", name="Vorzimmer")
    assert actor.headed_unit_ids == {cast.fachbereich.pk, cast.steueramt.pk}
    assert cast.actor("head").headed_unit_ids == {cast.fachbereich.pk, cast.steueramt.pk, team.pk}
    assert cast.actor("case_worker").headed_unit_ids == frozenset()


def test_a_moved_unit_takes_everything_below_with_it(cast: Cast) -> None:
    team = identity.unit("team-hunde", parent=cast.steueramt)
    move_unit(actor=SYSTEM, unit=cast.steueramt, parent=cast.ordnungsamt)
    team.refresh_from_db()
    assert team.path == "ordnungsamt/steueramt/team-hunde/"
    assert cast.actor("head").headed_unit_ids == {cast.fachbereich.pk}
    with pytest.raises(ValueError, match="below itself"):
        move_unit(actor=SYSTEM, unit=cast.ordnungsamt, parent=team)


def test_visible_access_sets(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    own = {name: access_set_for_unit(getattr(cast, name)).pk for name in ("steueramt", "ordnungsamt")}
    own["fachbereich"] = access_set_for_unit(cast.fachbereich).pk
    shared = access_set_for([cast.steueramt, cast.ordnungsamt], "Steuern und Ordnung").pk
    everybody = {name: set(visible_access_sets(cast.actor(name))) for name in identity.ROLES}
    buergerbuero = access_set_for_unit(cast.buergerbuero).pk
    assert everybody == {
        "citizen": set(),
        "other_citizen": set(),
        "case_worker": {own["steueramt"], shared},
        "colleague": {own["steueramt"], shared},
        "stranger": {own["ordnungsamt"], shared},
        "stand_in": {buergerbuero, own["steueramt"], shared},
        "head": {own["fachbereich"], own["steueramt"], shared},
        "administrator": set(),
        "designer": set(),
    }
    actor = cast.actor("head")
    with django_assert_num_queries(1):
        found = list(AccessSet.objects.filter(pk__in=visible_access_sets(actor)).values_list("pk", flat=True))
    assert sorted(found) == sorted(everybody["head"])


def test_an_access_set_that_was_open_is_asked_for_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = actor_for(cast.case_worker)
    own = AccessSet.objects.filter(unit_id__in=actor.own_unit_ids).get()
    foreign = AccessSet.objects.exclude(unit_id__in=actor.reachable_unit_ids).first()
    assert foreign is not None
    with django_assert_num_queries(1):
        assert [opens_access_set(actor, own.pk) for _ in range(3)] == [True, True, True]
    with django_assert_num_queries(2):
        assert [opens_access_set(actor, foreign.pk) for _ in range(2)] == [False, False]
    assert actor == actor_for(cast.case_worker)


def test_the_system_sees_every_access_set(cast: Cast) -> None:
    assert set(visible_access_sets(SYSTEM)) == set(AccessSet.objects.values_list("pk", flat=True))


def test_an_access_set_is_reused_for_the_same_units_only(cast: Cast) -> None:
    both = access_set_for([cast.steueramt, cast.ordnungsamt], "a")
    three = access_set_for([cast.steueramt, cast.ordnungsamt, cast.buergerbuero], "b")
    assert access_set_for([cast.ordnungsamt, cast.steueramt], "c") == both
    assert access_set_for([cast.steueramt], "d") == access_set_for_unit(cast.steueramt)
    assert three != both


def test_a_blocked_person_loses_every_right_and_passes_none_on(cast: Cast) -> None:
    UserAccount.objects.filter(pk=cast.case_worker.pk).update(is_active=False)
    assert cast.actor("case_worker") == ANONYMOUS
    assert cast.actor("stand_in").unit_ids == {cast.buergerbuero.pk}


def test_only_administrators_change_the_organisation(cast: Cast) -> None:
    for name in set(identity.ROLES) - {"administrator"}:
        with pytest.raises(PermissionDenied):
            create_unit(actor=cast.actor(name), code="neu", name="Neu")
    unit = create_unit(actor=cast.actor("administrator"), code="neu", name="Neu")
    post = create_post(
        actor=cast.actor("administrator"), code="neu-1", title="Neu", unit=unit, roles=["head"]
    )
    assert (post.is_head, post.roles) == (True, ["head"])
    entry = audit.entries_for("identity.unit:neu").get()
    assert (entry.action, entry.actor) == (
        "identity.unit_created",
        cast.actor("administrator").audit_name,
    )


def test_who_may_appoint_a_stand_in(cast: Cast) -> None:
    allowed = set()
    for name in identity.ROLES:
        try:
            appointed = appoint_stand_in(
                actor=cast.actor(name),
                absent=cast.case_worker,
                substitute=cast.other_citizen,
                valid_from=clock.today(),
            )
        except PermissionDenied:
            continue
        allowed.add(name)
        revoke_stand_in(actor=cast.actor(name), stand_in=appointed)
    assert allowed == {"case_worker", "head", "administrator"}


def test_nobody_stands_in_for_themselves_or_backwards_in_time(cast: Cast) -> None:
    for substitute, last_day in ((cast.case_worker, None), (cast.colleague, clock.today() - DAY)):
        with pytest.raises(ValidationError):
            appoint_stand_in(
                actor=SYSTEM,
                absent=cast.case_worker,
                substitute=substitute,
                valid_from=clock.today(),
                valid_to=last_day,
            )


def test_ending_a_membership_takes_effect_at_once(cast: Cast) -> None:
    membership = cast.case_worker.memberships.get(current())
    end_membership(actor=SYSTEM, membership=membership)
    assert cast.actor("case_worker").kind == "citizen"


def test_roles_belong_to_the_unit_of_the_post(cast: Cast) -> None:
    treasury = create_post(
        actor=SYSTEM, code="kasse", title="Kasse", unit=cast.ordnungsamt, roles=["treasurer"]
    )
    assign_post(actor=SYSTEM, account=cast.case_worker, post=treasury)
    actor = cast.actor("case_worker")
    assert actor.has_role("treasurer")
    assert actor.has_role("treasurer", unit_id=cast.ordnungsamt.pk)
    assert not actor.has_role("treasurer", unit_id=cast.steueramt.pk)


def test_assurance_levels_are_ordered_also_against_stored_words() -> None:
    levels = [AssuranceLevel.HIGH, AssuranceLevel.NONE, AssuranceLevel.SUBSTANTIAL, AssuranceLevel.LOW]
    assert sorted(levels) == ["none", "low", "substantial", "high"]
    assert AssuranceLevel.HIGH > "low"
    assert AssuranceLevel.HIGH > "low"
    assert AssuranceLevel.LOW >= "low"
    assert max(AssuranceLevel.LOW, AssuranceLevel.SUBSTANTIAL) is AssuranceLevel.SUBSTANTIAL
