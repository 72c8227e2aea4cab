from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Template

from rathaus.ui.components import basic
from rathaus.ui.components.markup import html_attributes
from rathaus.ui.fields import FormError, form_errors


def render(source: str, **context: object) -> str:
    return Template("{% load kern %}" + source).render(Context(context))


def test_attributes_are_escaped_and_named_as_html_does() -> None:
    assert html_attributes({"hx_get": "/a?b=1&c=2", "open": True, "left_out": None, "no": False}) == (
        ' hx-get="/a?b=1&amp;c=2" open'
    )


def test_a_button_escapes_its_label() -> None:
    assert render("{% kern_button label %}", label="<b>") == (
        '<button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">&lt;b&gt;</span></button>'
    )


def test_a_button_with_an_address_is_a_link() -> None:
    assert render('{% kern_button "Los" href="/a/" kind="secondary" data_x=1 %}') == (
        '<a class="kern-btn kern-btn--secondary" href="/a/" data-x="1"><span class="kern-label">Los</span></a>'
    )


def test_a_badge_says_its_state_in_words_and_by_icon() -> None:
    assert basic.badge("Neu", "success") == (
        '<span class="kern-badge kern-badge--success">'
        '<span class="kern-icon kern-icon--success kern-icon--small" aria-hidden="true"></span>'
        '<span class="kern-label kern-label--small">Neu</span></span>'
    )


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown kind of badge: 'pink'"):
        basic.badge("x", "pink")


@pytest.mark.parametrize(("kind", "role"), [("danger", "alert"), ("warning", "alert"), ("info", "status")])
def test_only_what_is_urgent_interrupts(kind: str, role: str) -> None:
    assert f'role="{role}"' in render("{% kern_alert kind 'T' %}{% endkern_alert %}", kind=kind)


def test_progress_tells_the_step_in_words() -> None:
    assert "Schritt 2 von 5: Ihr Hund" in render('{% kern_progress 2 5 "Ihr Hund" %}')


def test_a_card_with_an_address_is_one_link_named_by_its_title() -> None:
    html = render('{% kern_card title="Hund" href="/hund/" level=3 %}{% endkern_card %}')
    assert (
        '<h3 class="kern-title"><a class="kern-link kern-link--stretched" href="/hund/">Hund</a></h3>' in html
    )


class Form(forms.Form):
    name = forms.CharField(label="Name")
    way = forms.ChoiceField(label="Weg", choices=[("p", "Post")], widget=forms.RadioSelect)


def test_errors_lead_to_the_first_input_of_their_field() -> None:
    assert form_errors(Form({})) == [
        FormError("id_name", "Name: Dieses Feld ist zwingend erforderlich."),
        FormError("id_way-0", "Weg: Dieses Feld ist zwingend erforderlich."),
    ]


def test_a_field_with_an_error_is_described_by_it() -> None:
    html = render("{% kern_field form.name %}", form=Form({}))
    assert 'aria-describedby="id_name-error" aria-invalid="true"' in html
    assert 'aria-required="true"' in html


def test_what_was_typed_stays_and_is_escaped() -> None:
    assert 'value="&quot;&gt;x"' in render("{% kern_field form.name %}", form=Form({"name": '">x'}))


def test_a_password_is_never_shown_again() -> None:
    class Secret(forms.Form):
        word = forms.CharField(widget=forms.PasswordInput)

    assert "geheim" not in render("{% kern_field form.word %}", form=Secret({"word": "geheim"}))
