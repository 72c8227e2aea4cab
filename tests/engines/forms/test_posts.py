"""Pages as browsers send them, friendly and hostile."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rathaus.engines.forms.public import FieldError, ParsedPage, UploadRefused
from tests.factories.forms import dog_data, dog_form, field, files, form, pdf, post

HALTER = {
    "halter.vorname": "Erika",
    "halter.anschrift.street": "Weg",
    "halter.anschrift.house_number": "1",
    "halter.anschrift.postcode": "12345",
    "halter.anschrift.city": "Ort",
    "halter.email": "",
    "weitere": [""],
}


def send(
    page_id: str, values: dict[str, Any], data: dict[str, Any] | None = None, **settings: Any
) -> ParsedPage:
    return dog_form().parse_post(page_id, post(values), data or {}, **settings)


def test_a_page_in_german_becomes_canonical_data() -> None:
    parsed = send(
        "hund",
        {"name": " Rex ", "rasse": "labrador", "geboren": "4.12.2020", "preis": "1.234,50"},
        {"fremd": 1},
    )
    assert (parsed.errors, parsed.action) == ((), "")
    assert parsed.data == {
        "fremd": 1,
        "name": "Rex",
        "rasse": "labrador",
        "geboren": "2020-12-04",
        "preis": "1234.50",
    }


def test_nothing_typed_is_lost_when_something_is_wrong() -> None:
    parsed = send("hund", {"name": "Rex", "rasse": "pudel", "geboren": "31.2.2020", "preis": "viel"})
    assert parsed.data == {
        "name": "Rex",
        "rasse": {"$typed": "pudel"},
        "geboren": {"$typed": "31.2.2020"},
        "preis": {"$typed": "viel"},
    }
    assert [error.path for error in parsed.errors] == ["rasse", "geboren", "preis"]
    html = dog_form().render_page("hund", data=parsed.data, errors=parsed.errors)
    assert 'value="31.2.2020"' in html and 'value="viel"' in html and 'value="Rex"' in html


def test_an_address_that_is_wrong_keeps_all_its_parts() -> None:
    parsed = send("halter", {**HALTER, "halter.anschrift.postcode": "1234"})
    assert parsed.data["halter"]["anschrift"] == {
        "$typed": {"street": "Weg", "house_number": "1", "postcode": "1234", "city": "Ort"}
    }
    html = dog_form().render_page("halter", data=parsed.data, errors=parsed.errors)
    assert 'value="1234"' in html and 'id="feld-halter-anschrift-postcode-error"' in html


def test_emptied_inputs_remove_the_answer_and_absent_ones_keep_it() -> None:
    before = dog_data(mutter="Pudel")
    parsed = send("hund", {"name": "", "rasse": "", "geboren": "4.12.2020", "preis": ""}, before)
    assert {key: parsed.data.get(key) for key in ("name", "rasse", "preis", "mutter")} == {
        "name": None,
        "rasse": None,
        "preis": None,
        "mutter": "Pudel",
    }
    assert [error.path for error in parsed.errors] == ["name", "rasse"]


def test_hidden_and_unknown_inputs_change_nothing_that_counts() -> None:
    values = {
        "name": "Rex",
        "rasse": "labrador",
        "geboren": "4.12.2020",
        "preis": "",
        "mutter": "x",
        "steuer": "0",
        "is_staff": "1",
    }
    parsed = send("hund", values)
    assert dog_form().validate(parsed.data, pages=["hund"]).data == {
        "name": "Rex",
        "rasse": "labrador",
        "geboren": "2020-12-04",
    }
    assert "is_staff" not in parsed.data and "steuer" not in parsed.data


def test_items_are_added_kept_and_removed_without_javascript() -> None:
    first = send("halter", {**HALTER, "_add": "weitere"})
    assert (first.action, first.focus, first.errors) == ("add", "feld-weitere-0", ())
    assert first.data["weitere"] == [{}]
    second = send(
        "halter",
        {
            **HALTER,
            "weitere": ["", "0"],
            "weitere.0.name": "Bello",
            "weitere.0.alter": "drei",
            "_add": "weitere",
        },
        first.data,
    )
    assert second.data["weitere"] == [{"name": "Bello", "alter": {"$typed": "drei"}}, {}]
    third = send(
        "halter",
        {
            **HALTER,
            "weitere": ["", "0", "1"],
            "weitere.0.name": "Bello",
            "weitere.0.alter": "1",
            "weitere.1.name": "Luna",
            "_remove": "weitere.0",
        },
        second.data,
    )
    assert (third.action, third.data["weitere"]) == ("remove", [{"name": "Luna"}])
    full = send("halter", {**HALTER, "weitere": ["", "0", "1", "2"], "_add": "weitere"}, third.data)
    assert len(full.data["weitere"]) == 3


def test_nested_items_are_added_in_their_parent() -> None:
    inner = field("innen", "repeat", item_label="I", min=0, fields=[field("x")])
    outer = field("aussen", "repeat", item_label="A", fields=[inner])
    compiled = form(field("g", "group", fields=[outer]))
    listed: dict[str, Any] = {
        "g.aussen": ["", "0", "1"],
        "g.aussen.0.innen": [""],
        "g.aussen.1.innen": ["", "0"],
        "g.aussen.1.innen.0.x": "da",
    }
    parsed = compiled.parse_post("seite", post({**listed, "_add": "g.aussen.1.innen"}), {})
    assert parsed.data == {"g": {"aussen": [{"innen": []}, {"innen": [{"x": "da"}, {}]}]}}
    assert parsed.focus == "feld-g-aussen-1-innen-1"
    html = compiled.render_page("seite", data=parsed.data)
    assert 'name="g.aussen.1.innen.0.x" type="text" value="da"' in html
    assert 'name="_remove" value="g.aussen.1.innen.1"' in html and 'name="_remove" value="g.aussen.0"' in html


def test_refresh_shows_new_questions_without_complaints() -> None:
    parsed = send("hund", {"name": "", "rasse": "mischling", "_refresh": "1"})
    assert (parsed.action, parsed.errors, parsed.ok) == ("refresh", (), False)
    assert 'id="feld-mutter"' in dog_form().render_page("hund", data=parsed.data)
    assert 'id="feld-mutter"' not in dog_form().render_page("hund", data={"rasse": "labrador"})


def test_a_post_of_10000_inputs_is_refused_quickly() -> None:
    huge = post({f"x{number}": "y" for number in range(10_000)})
    started = time.process_time()
    parsed = dog_form().parse_post("hund", huge, dog_data())
    assert time.process_time() - started < 0.2
    assert parsed.data == dog_data()
    assert parsed.errors == (
        FieldError(
            "",
            "",
            "Die Seite wurde mit zu vielen Eingaben gesendet. Laden Sie sie neu und wiederholen Sie Ihre Eingabe.",
        ),
    )


@pytest.mark.parametrize(
    "values",
    [
        {"weitere": [str(number) for number in range(3000)]},
        {"weitere": ["99999999999", "-1", "0x1", "１", "a.b", ""]},
        {"_add": "halter"},
        {"_add": "../../x"},
        {"_remove": "weitere.99"},
        {"_remove": "\x00"},
        {"name": "\x00\x01"},
        {"weitere.0.name": "ohne Liste"},
        {"halter": "kein Feld"},
        {"halter.vorname": ["a", "b"]},
        {"halter.anschrift.postcode": "９９９９９"},
        {"halter.vorname": "x" * 1_000_000},
    ],
)
def test_hostile_posts_never_raise_and_stay_small(values: dict[str, Any]) -> None:
    for page_id in ("hund", "halter"):
        parsed = send(page_id, values)
        assert len(str(parsed.data)) < 60_000
        dog_form().render_page(page_id, data=parsed.data, errors=parsed.errors)
        assert "\x00" not in str(parsed.data)


def test_text_is_escaped_everywhere() -> None:
    evil = '"><script>alert(1)</script>'
    compiled = form(
        field("a"),
        field("b", "long_text"),
        field("c", "address"),
        field("n", "note", text=evil),
        field("d", label=evil, help=evil),
    )
    parsed = compiled.parse_post("seite", post({"a": evil, "b": evil, "c.street": evil}), {})
    html = compiled.render_page("seite", data=parsed.data, errors=[FieldError("a", "feld-a", evil)])
    assert "<script>" not in html


def test_files_are_stored_even_if_another_field_is_wrong() -> None:
    stored = []

    def store(file: Any) -> dict[str, Any]:
        stored.append((file.field_name, file.upload.name))
        return {
            "upload": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
            "name": file.upload.name,
            "media_type": "x",
            "size": 3,
        }

    upload = files(nachweis=("a.pdf", pdf()))
    parsed = send("halter", {**HALTER, "halter.vorname": ""}, files=upload, store_file=store)
    assert stored == [("nachweis", "a.pdf")]
    assert [file["name"] for file in parsed.data["nachweis"]] == ["a.pdf"]
    assert [error.path for error in parsed.errors] == ["halter.vorname"]
    html = dog_form().render_page("halter", data=parsed.data, errors=parsed.errors)
    assert 'name="_remove" value="nachweis:6f9619ff-8b86-4d01-b42d-00cf4fc964ff"' in html
    again = send("halter", HALTER, parsed.data)
    assert (again.errors, len(again.data["nachweis"])) == ((), 1)
    removed = send(
        "halter", {**HALTER, "_remove": "nachweis:6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}, parsed.data
    )
    assert (removed.action, "nachweis" in removed.data) == ("remove", False)


def test_a_refused_file_is_an_error_at_its_field() -> None:
    def store(file: Any) -> dict[str, Any]:
        raise UploadRefused("zu groß")

    parsed = send("halter", HALTER, files=files(nachweis=("a.pdf", b"x")), store_file=store)
    assert parsed.errors == (FieldError("nachweis", "feld-nachweis", "zu groß"),)
