"""The fee of an application, by the decision table of its blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import feel
from rathaus.blueprints import public as blueprints
from rathaus.engines.forms import public as forms
from rathaus.intake.models import Application
from rathaus.kernel.public import clock, money


@dataclass(frozen=True)
class Fee:
    """An amount in euro, and in German how it comes about (empty where the table does not say)."""

    amount: Decimal
    reason: str = ""


def fee_for(
    version: blueprints.ServiceVersion, form: forms.CompiledForm, data: Mapping[str, Any]
) -> Fee | None:
    """The fee for these form data; None without a table, or while answers it needs are missing.

    The table gives a number, or a context with ``betrag`` and ``begruendung``.
    """
    fee = version.descriptor.fee
    if fee.decision is None:
        return None
    answers = form.feel_context(data)
    context: dict[str, object] = {"antrag": answers, "heute": clock.today()}
    model = _model(version.id, fee.decision)
    inputs = {
        name: _expression(fee.inputs[name]).evaluate(context)
        if name in fee.inputs
        else context.get(name, answers.get(name))
        for name in model.inputs(fee.decision)
    }
    value = model.evaluate(fee.decision, inputs).value
    reason = ""
    if isinstance(value, Mapping):
        reason = str(value.get("begruendung") or "")
        value = value.get("betrag")
    return Fee(money.round_cents(value), reason) if isinstance(value, Decimal) else None


def fee_of(application: Application) -> Fee | None:
    """The fee of a stored application."""
    form = forms.compiled(application.submission.form_version)
    return fee_for(application.service_version, form, application.submission.data)


@lru_cache(maxsize=256)
def _model(version_id: UUID, decision: str) -> feel.Model:
    """A version never changes, so its tables are read once for each process."""
    version = blueprints.service_version(version_id)
    return feel.load_model(version.process_version.decisions[decision].encode())


@lru_cache(maxsize=1024)
def _expression(text: str) -> feel.Expression:
    return feel.compile_expression(text)
