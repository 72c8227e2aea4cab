"""Who may change the catalogue."""

from __future__ import annotations

from rathaus.identity.public import Actor

INSTALL = "blueprints.install"


def may_install(actor: Actor, subject: object) -> bool:
    """Designers and administrators change the catalogue; so does the operator's command line."""
    return actor.kind == "system" or actor.has_role("designer") or actor.has_role("administrator")
