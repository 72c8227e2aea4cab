"""Form definitions, versions and posts for tests."""

from __future__ import annotations

import copy
import itertools
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from PIL import Image

from rathaus.engines.forms.public import CompiledForm, FormVersion, load_definition, publish_form
from rathaus.identity.public import SYSTEM

_numbers = itertools.count(1)

BREEDS = [
    {"value": "labrador", "label": {"de": "Labrador", "en": "Labrador"}},
    {"value": "mischling", "label": {"de": "Mischling", "en": "Mixed breed"}},
]


def field(field_id: str, kind: str = "text", **settings: Any) -> dict[str, Any]:
    """A field with German and English label."""
    return {
        "id": field_id,
        "type": kind,
        "label": {"de": field_id.title(), "en": f"{field_id.title()} (en)"},
        **settings,
    }


def page(page_id: str, *fields: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    return {
        "id": page_id,
        "title": {"de": page_id.title(), "en": page_id.title()},
        "fields": list(fields),
        **settings,
    }


def definition(*pages: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    key = settings.pop("key", "probe")
    return {
        "schema": 1,
        "key": key,
        "title": {"de": "Probe", "en": "Sample"},
        "pages": list(pages),
        **settings,
    }


def form(*fields: Mapping[str, Any], **settings: Any) -> CompiledForm:
    """A form of one page "seite"."""
    return load_definition(definition(page("seite", *fields), **settings))


DOG = definition(
    page(
        "hund",
        field("name"),
        field("rasse", "choice", code_list="rassen"),
        field("mutter", required=False, when='rasse = "mischling"'),
        field("geboren", "date", max="=today()"),
        field("preis", "money", required=False, min=0),
    ),
    page(
        "halter",
        field("halter", "group", fields=[
            field("vorname", prefill="person.given_name", autocomplete="given-name"),
            field("anschrift", "address", prefill="person.address"),
            field("email", "email", required=False, prefill="person.email"),
        ]),
        field("weitere", "repeat", item_label={"de": "Hund", "en": "Dog"}, min=0, max=3, fields=[
            field("name"),
            field("alter", "integer", max=30),
            field("chip", when="alter > 1"),
            field("impfungen", "group", fields=[field("tollwut", "yes_no")]),
        ]),
        field("nachweis", "file", required=False, accept=["pdf", "png"], max_files=2, max_size_mb=1),
        field("steuer", "computed", value="60 + 80 * count(weitere)", result="money"),
    ),
    page("gefahr", field("erlaubnis", "yes_no"), when="some hund in weitere satisfies hund.alter > 20"),
    code_lists={"rassen": BREEDS},
    checks=[{
        "id": "preis_passt",
        "assert": "preis < 5000",
        "message": {"de": "Ein Hund kostet weniger als 5.000 Euro.", "en": "A dog costs less than 5,000 euro."},
        "field": "preis",
    }],
    key="hund",
)  # fmt: skip

DOG_DATA: dict[str, Any] = {
    "name": "Rex",
    "rasse": "labrador",
    "geboren": "2020-12-04",
    "preis": "1234.50",
    "halter": {
        "vorname": "Erika",
        "anschrift": {
            "street": "Hauptstraße",
            "house_number": "1",
            "postcode": "65232",
            "city": "Taunusstein",
        },
    },
    "weitere": [{"name": "Bello", "alter": 3, "chip": "0815", "impfungen": {"tollwut": True}}],
}


def dog_form() -> CompiledForm:
    return load_definition(copy.deepcopy(DOG))


def dog_data(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DOG_DATA), **changes}


def version(content: Mapping[str, Any] = DOG, key: str | None = None) -> FormVersion:
    return publish_form(
        actor=SYSTEM, key=key or f"formular-{next(_numbers)}", content=copy.deepcopy(dict(content))
    )


def post(values: Mapping[str, Any]) -> QueryDict:
    """What a browser sends."""
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def files(
    **uploads: tuple[str, bytes] | Iterable[tuple[str, bytes]],
) -> MultiValueDict[str, SimpleUploadedFile]:
    given: MultiValueDict[str, SimpleUploadedFile] = MultiValueDict()
    for name, value in uploads.items():
        pairs = [value] if isinstance(value, tuple) else list(value)
        given.setlist(name, [SimpleUploadedFile(file_name, data) for file_name, data in pairs])
    return given


def pdf(text: str = "Probe") -> bytes:
    """A small PDF of one empty page; the text stands in a comment."""
    return (
        b"%PDF-1.4\n% " + text.encode() + b"\n"
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]>> endobj\n"
        b"trailer <</Root 1 0 R /Size 4>>\n%%EOF\n"
    )


def png() -> bytes:
    return picture("PNG")


def picture(format: str, size: tuple[int, int] = (8, 8), **options: Any) -> bytes:
    """A grey picture as Pillow writes it; ``options`` such as ``exif`` go to its writer."""
    buffer = BytesIO()
    Image.new("RGB", size, "grey").save(buffer, format, **options)
    return buffer.getvalue()


def zipped(**entries: bytes) -> bytes:
    """A zip file; underscores in names stand for slashes, double ones for points."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", ".").replace("_", "/"), data)
    return buffer.getvalue()
