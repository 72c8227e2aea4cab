from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..bpmn.model import Kind
from ..engine.compiled import process_of
from ..models import Incident


class ResolveForm(forms.Form):
    """What the administrator has done by hand; at a gateway also how it goes on."""

    note = forms.CharField(
        label=_("What have you done?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The note is kept in the history of the case."),
    )
    flow = forms.ChoiceField(label=_("How does the process go on?"), required=False)
    outputs = forms.CharField(
        label=_("Result of the step (JSON)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_('Only if later steps need it, for example {"betrag": 60}.'),
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        process = process_of(incident.instance.version_id)
        element = process.elements[incident.element_id]
        if element.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and len(element.outgoing) > 1:
            flow = self.fields["flow"]
            assert isinstance(flow, forms.ChoiceField)
            flow.required = True
            flow.choices = [
                (way.id, way.name or process.elements[way.target].label) for way in process.outgoing(element)
            ]
            del self.fields["outputs"]
        else:
            del self.fields["flow"]

    def clean_outputs(self) -> dict[str, Any]:
        text = self.cleaned_data["outputs"].strip()
        if not text:
            return {}
        try:
            outputs = json.loads(text)
        except ValueError:
            outputs = None
        if not isinstance(outputs, dict):
            raise forms.ValidationError(_("Please enter a JSON object, for example {“betrag”: 60}."))
        return outputs
