"""Applications as the portal sends them in, with everything that follows."""

from __future__ import annotations

from rathaus.blueprints.models import Service
from rathaus.engines.forms import public as forms
from rathaus.identity.public import UserAccount, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.public import jobs
from tests.factories.blueprints import example_data, install

SLUG = "hund-anmelden"


def application(person: UserAccount, *, dog: str = "Bello") -> intake.Receipt:
    """The person registers a dog, by a draft of their own; the jobs have run."""
    if not Service.objects.filter(slug=SLUG).exists():
        install(SLUG)
    actor = actor_for(person)
    data = example_data(SLUG, "erster-hund")
    data["hunde"][0] |= {"name": dog, "gehalten_seit": "2025-10-15"}
    version = intake.plan_for(SLUG).version
    draft = forms.start_draft(actor=actor, form_version=version.form_version, purpose=SLUG, data=data).draft
    receipt = intake.receive(
        intake.Envelope(
            service=SLUG,
            data=data,
            channel=intake.Channel.ONLINE,
            token=f"draft:{draft.pk}",
            actor=actor,
            account=person,
            draft=draft,
        )
    )
    jobs.run_pending()
    return receipt
