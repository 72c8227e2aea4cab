"""XML from outside: no DOCTYPE, no entities, no network, before any other parser sees the bytes.

Bounded as well: bytes, elements, depth, attributes of one element. What would make another program fetch or run
something (XInclude, a stylesheet) is refused, although nothing here would follow it: files are handed on.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

__all__ = ["BrokenXml", "UnsafeXml", "XmlError", "parse"]

MAX_BYTES = 20 * 1024 * 1024
MAX_ELEMENTS = 200_000
MAX_DEPTH = 600
MAX_ATTRIBUTES = 200
MAX_TOKEN = 1_000_000
PIECE = 64 * 1024
_INCLUDE = "{http://www.w3.org/2001/XInclude}"


class XmlError(ValueError):
    """The bytes are refused; the message is German. ``line`` and ``column`` count from 1 where known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    @property
    def place(self) -> str:
        """For a finding: line and column, or the file where they are not known."""
        return "Datei" if self.line is None else f"Zeile {self.line}, Spalte {self.column}"


class UnsafeXml(XmlError):
    """A DOCTYPE, an entity, an outside reference, or too much of something."""


class BrokenXml(XmlError):
    """Not well-formed."""


class _Bounded(TreeBuilder):
    """Builds the tree, and stops where it grows beyond any honest file."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.depth = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS:
            raise UnsafeXml(f"Die XML-Datei hat mehr als {MAX_ELEMENTS} Elemente. Bitte teilen Sie sie auf.")
        if self.depth > MAX_DEPTH:
            raise UnsafeXml(f"Die XML-Datei ist tiefer als {MAX_DEPTH} Ebenen verschachtelt.")
        if len(attrs) > MAX_ATTRIBUTES:
            raise UnsafeXml(f"Ein Element der XML-Datei hat mehr als {MAX_ATTRIBUTES} Attribute.")
        if tag.startswith(_INCLUDE):
            raise UnsafeXml("Die XML-Datei bindet andere Dateien ein (XInclude). Bitte entfernen Sie das.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)

    def pi(self, target: str, text: str | None = None, /) -> Any:
        if target.lower() == "xml-stylesheet":
            raise UnsafeXml(
                "Die XML-Datei verweist auf ein Stylesheet (xml-stylesheet). Bitte entfernen Sie das."
            )


def parse(data: bytes) -> Element:
    """The root element. Raises UnsafeXml or BrokenXml."""
    if len(data) > MAX_BYTES:
        raise UnsafeXml("Die XML-Datei ist zu groß. Erlaubt sind 20 MB.")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
            if start - _position(parser) > MAX_TOKEN:
                raise UnsafeXml(
                    "Ein Name, eine Anmerkung oder ein Element der XML-Datei ist länger als 1 MB."
                )
        root: Element = parser.close()
    except DefusedXmlException as error:
        message = (
            "Die XML-Datei enthält eine DOCTYPE-Angabe oder Entitäten. Bitte entfernen Sie diese und laden Sie die"
            " Datei erneut."
        )
        raise UnsafeXml(message, *_place(parser)) from error
    except UnsafeXml as error:
        raise UnsafeXml(str(error), *_place(parser)) from None
    except ParseError as error:
        line, column = error.position
        raise BrokenXml(
            f"Die Datei ist kein gültiges XML (Zeile {line}, Spalte {column + 1}).", line, column + 1
        ) from error
    except (
        LookupError,
        ValueError,
        AssertionError,
    ) as error:  # an unknown encoding, bytes outside it, no root
        raise BrokenXml("Die Datei ist kein gültiges XML: die Zeichenkodierung passt nicht.", 1, 1) from error
    return root


def _position(parser: DefusedXMLParser) -> int:
    """How far the reader has come: it reads what does not end again with each piece."""
    reader: Any = parser.parser
    index: int = reader.CurrentByteIndex
    return max(index, 0)


def _place(parser: DefusedXMLParser) -> tuple[int, int]:
    reader: Any = parser.parser
    return reader.CurrentLineNumber, reader.CurrentColumnNumber + 1
