"""Files are what their bytes say; the attacks stand in tests/hostile."""

from __future__ import annotations

import pytest

from rathaus.engines.forms.content import clean_name, extension_of
from rathaus.engines.forms.inspection.looking import look
from rathaus.engines.forms.inspection.verdicts import Refusal
from tests.factories.forms import pdf, picture, png, zipped

DOCX = zipped(word_document__xml=b"<x/>")
ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text", content__xml=b"<x/>")


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("pdf", pdf()),
        ("png", png()),
        ("jpg", picture("JPEG")),
        ("tiff", picture("TIFF")),
        ("docx", DOCX),
        ("xlsx", zipped(xl_workbook__xml=b"<x/>")),
        ("odt", ODT),
        ("txt", "Grüße\n".encode()),
        ("txt", "Grüße\r\n".encode("latin-1")),
    ],
)
def test_genuine_files(extension: str, data: bytes) -> None:
    kept = look(data, extension)
    assert kept == data or extension in ("png", "jpg", "tiff")
    assert kept[:4] == data[:4]


@pytest.mark.parametrize(
    ("extension", "data", "reason"),
    [
        ("pdf", b"<html><script>alert(1)</script>", "wrong_type"),
        ("pdf", b"%PDF-1.4 abgeschnitten", "broken"),
        ("pdf", b"", "wrong_type"),
        ("png", b"<svg xmlns='http://www.w3.org/2000/svg'>", "wrong_type"),
        ("png", pdf(), "wrong_type"),
        ("png", png()[:50], "broken"),
        ("jpg", b"\xff\xd8\xff<script>alert(1)</script>\xff\xd9", "wrong_type"),
        ("jpg", png(), "wrong_type"),
        ("docx", zipped(evil__js=b"x"), "wrong_type"),
        ("docx", ODT, "wrong_type"),
        ("docx", zipped(word_document__xml=b"x", word_vbaProject__bin=b"x"), "active"),
        ("docx", DOCX[:40], "broken"),
        ("odt", DOCX, "wrong_type"),
        ("txt", b"MZ\x90\x00", "wrong_type"),
        ("txt", b"#!/bin/sh\nrm -rf /", "wrong_type"),
        ("txt", b"\xef\xbb\xbf  <!DOCTYPE html>", "wrong_type"),
        ("txt", b"a\x00b", "wrong_type"),
        ("txt", bytes(range(128, 160)), "wrong_type"),
    ],
)
def test_impostors(extension: str, data: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        look(data, extension)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Nachweis 1.PDF", "Nachweis 1.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("fdp\u202eexe.pdf", "fdpexe.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        ("....pdf", "Datei.pdf"),
        ("/.pdf", "pdf.pdf"),
        ('a<b>"c.pdf', "a b c.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("Zeugnis.tar.pdf", "Zeugnis.tar.pdf"),
        ("CON.pdf", "Datei CON.pdf"),
        ("lpt1.txt.pdf", "Datei lpt1.txt.pdf"),
        ("Konto.pdf", "Konto.pdf"),
        ("a\uff0fb\u2215c.pdf", "a b c.pdf"),
        ("\U0001f3db" * 100 + ".pdf", "\U0001f3db" * 59 + ".pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("-rf.pdf", "rf.pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name, "pdf") == clean


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.JPEG", "jpg"), ("a.pdf.exe", ""), ("pdf", ""), ("a.svg", ""), ("a.tif", "tiff")],
)
def test_extensions(name: str, extension: str) -> None:
    assert extension_of(name) == extension
