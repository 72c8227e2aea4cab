from rathaus.identity.models.access import AccessGrant, AccessSet
from rathaus.identity.models.accounts import LinkedIdentity, UserAccount
from rathaus.identity.models.organization import Membership, OrganizationalUnit, Post, StandIn
from rathaus.identity.models.privacy import CleanupRun, CleanupSetting, DataExport
from rathaus.identity.models.sessions import UserSession
from rathaus.identity.models.town import Town

__all__ = [
    "AccessGrant",
    "AccessSet",
    "CleanupRun",
    "CleanupSetting",
    "DataExport",
    "LinkedIdentity",
    "Membership",
    "OrganizationalUnit",
    "Post",
    "StandIn",
    "Town",
    "UserAccount",
    "UserSession",
]
