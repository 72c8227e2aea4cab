"""What the form compiler says is valid can be shown, sent by a browser, and means the same again."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

from rathaus.engines.forms.public import CompiledForm, load_definition
from tests.engines.forms.test_kinds import OPTIONS, VALUES
from tests.factories.forms import definition, field, page

KINDS = sorted(VALUES)


def _with_options(field_id: str, kind: str, **settings: Any) -> dict[str, Any]:
    return field(field_id, kind, **({"options": OPTIONS} if "choice" in kind else {}), **settings)


@st.composite
def forms_with_data(draw: st.DrawFn) -> tuple[CompiledForm, dict[str, Any]]:
    """A form of one page with plain, grouped, repeated and conditional fields, and an answer to each."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    plain = [_with_options(f"f{number}", kind) for number, kind in enumerate(kinds)]
    inner = [_with_options(f"g{number}", kind) for number, kind in enumerate(kinds[:2])]
    is_shown = draw(st.booleans())
    fields = [
        *plain,
        field("zeigen", "yes_no"),
        _with_options("bedingt", kinds[0], when="zeigen"),
        field("gruppe", "group", fields=inner),
        field("reihe", "repeat", item_label={"de": "Ding", "en": "Thing"}, min=0, max=4, fields=inner),
    ]
    answers = {item["id"]: draw(VALUES[item["type"]]) for item in plain}
    inside = st.fixed_dictionaries({item["id"]: VALUES[item["type"]] for item in inner})
    answers |= {"zeigen": is_shown, "gruppe": draw(inside), "reihe": draw(st.lists(inside, max_size=3))}
    if is_shown:
        answers["bedingt"] = draw(VALUES[kinds[0]])
    return load_definition(definition(page("seite", *fields))), answers


def sent_by_a_browser(html: str) -> QueryDict:
    """What a browser sends of a page that nobody changed."""
    post = QueryDict(mutable=True)
    root = markup.fromstring(f"<form>{html}</form>")
    for element in root.iter("input", "select", "textarea"):
        name, kind = element.get("name"), element.get("type", "text")
        if not name or element.get("disabled") is not None or kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox") and element.get("checked") is None:
            continue
        if element.tag == "select":
            for option in element.iter("option"):
                if option.get("selected") is not None:
                    post.appendlist(name, option.get("value") or "")
        elif element.tag == "textarea":
            post.appendlist(name, (element.text or "").removeprefix("\n").replace("\n", "\r\n"))
        else:
            post.appendlist(name, element.get("value") or ("on" if kind == "checkbox" else ""))
    return post


@given(forms_with_data(), st.sampled_from(["de", "en"]))
def test_valid_data_survive_page_and_browser(
    given_form: tuple[CompiledForm, dict[str, Any]], language: str
) -> None:
    form, data = given_form
    first = form.validate(data, language=language, strict=True)
    assert first.errors == ()
    assert form.validate(first.data, language=language, strict=True).data == first.data
    html = str(form.render_page("seite", data=first.data, language=language))
    parsed = form.parse_post("seite", sent_by_a_browser(html), {}, language=language)
    assert parsed.errors == ()
    assert form.validate(parsed.data, language=language).data == first.data
