"""The only door of identity: who people are, where they work, what they may do."""

from rathaus.identity import policies, security_log
from rathaus.identity.actor import ANONYMOUS, SYSTEM, Actor, HeldPost, StoodInFor
from rathaus.identity.cleanup import CleanupRule, cleanup_rules
from rathaus.identity.electronic import (
    ElectronicIdentity,
    ElectronicIdentityProvider,
    IdentityRefused,
    identity_providers,
)
from rathaus.identity.enums import ActorKind, AssuranceLevel, Role
from rathaus.identity.guards import (
    assurance_required,
    citizen_required,
    require_assurance,
    safe_next,
    sign_in_redirect,
    staff_required,
    step_up_redirect,
)
from rathaus.identity.models import (
    AccessGrant,
    AccessSet,
    Membership,
    OrganizationalUnit,
    Post,
    StandIn,
    Town,
    UserAccount,
)
from rathaus.identity.own_rules import ELSEWHERE
from rathaus.identity.personal_data import AccountExport, AccountHolder, account_holders
from rathaus.identity.queries.access import (
    access_set_for_unit,
    opens_access_set,
    remember_open,
    visible_access_sets,
)
from rathaus.identity.queries.actors import actor_for
from rathaus.identity.queries.organization import (
    current_memberships,
    current_stand_ins,
    person_name,
    person_names,
    posts,
    staff_of,
    unit_by_code,
    units,
)
from rathaus.identity.queries.town import forget_town, town
from rathaus.identity.services.access import access_set_for, closed_access_set_for
from rathaus.identity.services.accounts import create_account, raise_assurance, update_profile
from rathaus.identity.services.blocks import mark_information_block
from rathaus.identity.services.changes import (
    MANAGE,
    LastAdministrator,
    end_holding,
    update_post,
    update_unit,
)
from rathaus.identity.services.cleanup import rule_days, rules_with_runs, run_cleanup, set_rule_days
from rathaus.identity.services.data_exports import collect, packed, request_export
from rathaus.identity.services.electronic import IdentityMismatch, sign_in_with_identity
from rathaus.identity.services.mails import enqueue_mail
from rathaus.identity.services.organization import (
    appoint_stand_in,
    assign_post,
    create_post,
    create_unit,
    end_membership,
    move_unit,
    revoke_stand_in,
)
from rathaus.identity.services.town import update_town
from rathaus.identity.sessions import ActorRequest, actor_of

__all__ = [
    "ANONYMOUS",
    "ELSEWHERE",
    "MANAGE",
    "SYSTEM",
    "AccessGrant",
    "AccessSet",
    "AccountExport",
    "AccountHolder",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "AssuranceLevel",
    "CleanupRule",
    "ElectronicIdentity",
    "ElectronicIdentityProvider",
    "HeldPost",
    "IdentityMismatch",
    "IdentityRefused",
    "LastAdministrator",
    "Membership",
    "OrganizationalUnit",
    "Post",
    "Role",
    "StandIn",
    "StoodInFor",
    "Town",
    "UserAccount",
    "access_set_for",
    "access_set_for_unit",
    "account_holders",
    "actor_for",
    "actor_of",
    "appoint_stand_in",
    "assign_post",
    "assurance_required",
    "citizen_required",
    "cleanup_rules",
    "closed_access_set_for",
    "collect",
    "create_account",
    "create_post",
    "create_unit",
    "current_memberships",
    "current_stand_ins",
    "end_holding",
    "end_membership",
    "enqueue_mail",
    "forget_town",
    "identity_providers",
    "mark_information_block",
    "move_unit",
    "opens_access_set",
    "packed",
    "person_name",
    "person_names",
    "policies",
    "posts",
    "raise_assurance",
    "remember_open",
    "request_export",
    "require_assurance",
    "revoke_stand_in",
    "rule_days",
    "rules_with_runs",
    "run_cleanup",
    "safe_next",
    "security_log",
    "set_rule_days",
    "sign_in_redirect",
    "sign_in_with_identity",
    "staff_of",
    "staff_required",
    "step_up_redirect",
    "town",
    "unit_by_code",
    "units",
    "update_post",
    "update_profile",
    "update_town",
    "update_unit",
    "visible_access_sets",
]
