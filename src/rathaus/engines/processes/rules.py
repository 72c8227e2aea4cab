"""Who may do what with processes."""

from __future__ import annotations

from rathaus.identity.public import Actor, Role, policies

from .models import UserTask


def may_complete_task(actor: Actor, task: UserTask) -> bool:
    """The assigned person, those with the post's role in the task's unit, its heads, and stand-ins of all these."""
    if not actor.is_staff:
        return False
    stood_in_for = {person.account_id for person in actor.stands_in_for}
    if task.assignee_id is not None and task.assignee_id in {actor.account_id, *stood_in_for}:
        return True
    return task.unit_id in actor.headed_unit_ids or works_for(actor, task.unit_id, task.post_role)


def works_for(actor: Actor, unit_id: int, post_role: str) -> bool:
    """Whether the actor holds (or stands in at) a post of the unit with this role; "" takes any who work there."""
    if post_role:
        return actor.has_role(post_role, unit_id=unit_id)
    return unit_id in actor.unit_ids


def is_administrator(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_deploy(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.DESIGNER)


def register_policies() -> None:
    policies.register("processes.complete_task", may_complete_task)
    policies.register("processes.deploy", may_deploy)
    policies.register("processes.see_incidents", is_administrator)
    policies.register("processes.handle_incident", is_administrator)
