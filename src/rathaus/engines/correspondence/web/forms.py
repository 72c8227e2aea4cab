from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import clock


def today() -> date:
    return clock.today()


class PostedForm(forms.Form):
    posted_on = forms.DateField(
        label=_("Posted on"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
