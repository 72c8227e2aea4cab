from __future__ import annotations

import hashlib
import hmac
import json

from .. import keys


def digest_of(previous: str, number: int, fields: tuple[object, ...]) -> str:
    """The seal of an entry behind another seal: HMAC-SHA256, the database alone cannot forge it.

    ``fields``: moment (by ``stamps.moment_of``), actor, action, subject, details.
    """
    text = json.dumps([previous, number, *fields], default=repr)
    return hmac.digest(keys.kept_key(keys.AUDIT_SEAL), text.encode(), hashlib.sha256).hex()
