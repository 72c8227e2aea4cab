"""Files are what their bytes say."""

from __future__ import annotations

import zlib

import pytest

from rathaus.engines.forms.content import clean_name, extension_of, is_genuine
from tests.factories.forms import pdf, png, zipped

DOCX = zipped(word_document__xml=b"<x/>")
ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text", content__xml=b"<x/>")


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("pdf", pdf()),
        ("png", png()),
        ("jpg", b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"),
        ("heic", b"\x00\x00\x00\x18ftypheic" + bytes(20)),
        ("tiff", b"II*\x00" + bytes(20)),
        ("docx", DOCX),
        ("xlsx", zipped(xl_workbook__xml=b"<x/>")),
        ("odt", ODT),
        ("txt", "Grüße\n".encode()),
        ("txt", "Grüße\r\n".encode("latin-1")),
    ],
)
def test_genuine_files(extension: str, data: bytes) -> None:
    assert is_genuine(data, extension)


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("pdf", b"<html><script>alert(1)</script>"),
        ("pdf", b"%PDF-1.4 abgeschnitten"),
        ("pdf", b""),
        ("png", b"<svg xmlns='http://www.w3.org/2000/svg'>"),
        ("png", pdf()),
        ("png", png() + zipped(evil__js=b"x")),
        ("jpg", b"\xff\xd8\xff<script>alert(1)</script>\xff\xd9"),
        ("jpg", png()),
        ("docx", zipped(evil__js=b"x")),
        ("docx", ODT),
        ("docx", zipped(word_document__xml=b"x", word_vbaProject__bin=b"x")),
        ("docx", DOCX[:40]),
        ("odt", DOCX),
        ("txt", b"MZ\x90\x00"),
        ("txt", b"#!/bin/sh\nrm -rf /"),
        ("txt", b"\xef\xbb\xbf  <!DOCTYPE html>"),
        ("txt", b"a\x00b"),
        ("txt", bytes(range(128, 160))),
    ],
)
def test_impostors(extension: str, data: bytes) -> None:
    assert not is_genuine(data, extension)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(mimetype=zlib.compress(bytes(100)) + bytes(5_000_000), content__xml=b"x")
    assert not is_genuine(bomb, "odt")


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
