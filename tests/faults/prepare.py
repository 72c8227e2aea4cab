"""Run as ``python -m tests.faults.prepare`` in a town's environment: sets up a small town, prints sessions as JSON."""

# ruff: noqa: E402 - models can be imported only after Django is set up
from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rathaus.site.settings")

import django

django.setup()

from django.core.management import call_command
from django.test import Client

from tests.factories import blueprints, identity

SLUG = "wohnberatung"


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    identity.town()
    world = blueprints.install(SLUG)
    people = {"citizen": identity.account(), **world.staff}
    sessions = {}
    for name, person in people.items():
        client = identity.sign_in(Client(), person)
        sessions[name] = client.cookies["sessionid"].value
    data = blueprints.example_data(SLUG, "hausbesuch")
    sys.stdout.write(json.dumps({"sessions": sessions, "data": data}))


if __name__ == "__main__":
    main()
