"""Who may do what with forms, drafts and files."""

from __future__ import annotations

import hashlib
import hmac

from rathaus.identity.public import Actor, Role, policies

from .models import Draft


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def knows_secret(draft: Draft, secret: str) -> bool:
    return bool(secret and draft.secret_hash) and hmac.compare_digest(draft.secret_hash, hash_secret(secret))


def may_publish(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.DESIGNER)


def may_use_draft(actor: Actor, wanted: tuple[Draft, str]) -> bool:
    """The owner on every device; where there is no owner, the browser that holds the secret."""
    draft, secret = wanted
    if draft.owner_id is not None:
        return actor.account_id == draft.owner_id
    return knows_secret(draft, secret)


def register_policies() -> None:
    policies.register("forms.publish_form", may_publish)
    policies.register("forms.use_draft", may_use_draft)
