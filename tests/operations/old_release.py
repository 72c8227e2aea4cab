"""Run with the last release's program on the new schema: its catalogue, the in-tray and a case, as people use them.

Prints one JSON object. It knows nothing of the new program, and imports only what the last release had.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "rathaus.site.settings"


def main() -> int:
    import django

    django.setup()
    from django.test import Client

    import rathaus
    from rathaus.casework.models import CounterEntry
    from rathaus.engines.records.models import Case
    from rathaus.identity.models import Membership
    from rathaus.intake.models import Application

    case = Case.objects.filter(filed_on__isnull=True).first()
    assert case is not None
    clerk = Membership.objects.filter(post__unit=case.lead_unit).select_related("account").first()
    assert clerk is not None
    desk, guest = Client(), Client()
    desk.force_login(clerk.account)
    found = {
        "program": rathaus.__file__,
        "applications": Application.objects.count(),
        "decided": Case.objects.filter(decided_at__isnull=False).count(),
        "entries": CounterEntry.objects.count(),
        "pages": {
            "start": guest.get("/").status_code,
            "service": guest.get("/leistungen/hund-anmelden/").status_code,
            "tray": desk.get("/amt/").status_code,
            "case": desk.get(f"/amt/vorgaenge/{case.pk}/").status_code,
            "timeline": desk.get(f"/amt/vorgaenge/{case.pk}/verlauf/").status_code,
            "search": desk.get("/amt/suche/?q=Hund").status_code,
        },
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
