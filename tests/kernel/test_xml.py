from __future__ import annotations

import pytest

from rathaus.kernel.public import xml


def test_plain_xml_is_read() -> None:
    root = xml.parse("<a xmlns='urn:x'><b>ä</b></a>".encode())
    assert [child.text for child in root] == ["ä"]


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        b"<a>" + b" " * xml.MAX_BYTES + b"</a>",
    ],
)
def test_doctype_entities_and_floods_are_refused(data: bytes) -> None:
    with pytest.raises(xml.UnsafeXml):
        xml.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe",
        b"<a>",
        b"<a></b>",
        b"<a>&unknown;</a>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<?xml version="1.0" encoding="shift_jis"?><a/>',
        b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>',
        b"PK\x03\x04",
    ],
)
def test_what_is_no_xml_is_refused_without_a_traceback(data: bytes) -> None:
    with pytest.raises(xml.BrokenXml, match="kein gültiges XML"):
        xml.parse(data)


def test_the_place_of_the_error_is_named() -> None:
    with pytest.raises(xml.BrokenXml) as caught:
        xml.parse(b"<a>\n  <b>\n</a>")
    assert (caught.value.line, caught.value.column) == (3, 3)
