"""XML from outside: no DOCTYPE, no entities, no network, before any other parser sees the bytes."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

__all__ = ["BrokenXml", "UnsafeXml", "XmlError", "parse"]

MAX_BYTES = 20 * 1024 * 1024


class XmlError(ValueError):
    """The bytes are refused; the message is German. ``line`` and ``column`` count from 1 where known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class UnsafeXml(XmlError):
    """A DOCTYPE, an entity, an outside reference, or too large."""


class BrokenXml(XmlError):
    """Not well-formed."""


def parse(data: bytes) -> Element:
    """The root element. Raises UnsafeXml or BrokenXml."""
    if len(data) > MAX_BYTES:
        raise UnsafeXml("Die XML-Datei ist zu groß. Erlaubt sind 20 MB.")
    try:
        return fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise UnsafeXml(
            "Die XML-Datei enthält eine DOCTYPE-Angabe oder Entitäten. Bitte entfernen Sie diese und laden "
            "Sie die Datei erneut."
        ) from error
    except ParseError as error:
        line, column = error.position
        raise BrokenXml(
            f"Die Datei ist kein gültiges XML (Zeile {line}, Spalte {column + 1}).", line, column + 1
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that does not exist, or bytes outside it
        raise BrokenXml("Die Datei ist kein gültiges XML: die Zeichenkodierung passt nicht.") from error
