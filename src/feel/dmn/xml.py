"""Safe reading of DMN XML and small helpers over its tree.

The bounds are those of the town hall's own XML door; they stand here once more because this package stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ..errors import FeelError, FeelLimitError, FeelSyntaxError

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 100
MAX_TOKEN = 1_000_000
PIECE = 64 * 1024
_NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
)


class _Bounded(TreeBuilder):
    """Builds the tree, and stops where it grows beyond any honest file."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.depth = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS or self.depth > MAX_DEPTH or len(attrs) > MAX_ATTRIBUTES:
            raise FeelLimitError("Die Datei hat zu viele, zu tief verschachtelte oder zu lange Elemente.")
        if tag.startswith("{http://www.w3.org/2001/XInclude}"):
            raise FeelError("Die Datei bindet andere Dateien ein (XInclude); das ist nicht erlaubt.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)

    def pi(self, target: str, text: str | None = None, /) -> Any:
        if target.lower() == "xml-stylesheet":
            raise FeelError("Die Datei verweist auf ein Stylesheet; das ist nicht erlaubt.")


def _read(xml: bytes) -> Element:
    """In pieces: the reader stops soon after a bound is passed, and reads nothing that never ends again and again."""
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    reader: Any = parser.parser
    for start in range(0, len(xml), PIECE):
        parser.feed(xml[start : start + PIECE])
        if start - max(reader.CurrentByteIndex, 0) > MAX_TOKEN:
            raise FeelLimitError("Die Datei hat zu viele, zu tief verschachtelte oder zu lange Elemente.")
    root: Element = parser.close()
    return root


def parse_xml(xml: bytes) -> Element:
    """The root element. Raises FeelError for broken, too large or unsafe files."""
    if len(xml) > MAX_BYTES:
        raise FeelError(f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB. Bitte aufteilen.")
    try:
        root = _read(xml)
    except ParseError as broken:
        line, column = broken.position
        message = "Die Datei ist kein wohlgeformtes XML. Bitte neu exportieren."
        raise FeelSyntaxError(message, 0, line, column + 1) from None
    except DefusedXmlException:
        raise FeelError("Die Datei enthält DOCTYPE oder Entitäten; beides ist nicht erlaubt.") from None
    except (ValueError, LookupError, RecursionError, AssertionError):
        raise FeelError("Die Datei lässt sich nicht als XML lesen. Bitte neu exportieren.") from None
    return root


def parse_definitions(xml: bytes) -> Element:
    """The root element of a DMN file. Raises FeelError for anything else, DOCTYPE and entities included."""
    root = parse_xml(xml)
    if local(root) != "definitions" or namespace_of(root) not in _NAMESPACES:
        raise FeelError("Die Datei ist kein DMN-Modell der Versionen 1.1 bis 1.6.")
    return root


def local(element: Element) -> str:
    """The name without namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace_of(element: Element) -> str:
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children of these names that are DMN elements, not extensions."""
    for one in element:
        if local(one) in names and namespace_of(one) in _NAMESPACES:
            yield one


def child(element: Element | None, *names: str) -> Element | None:
    return None if element is None else next(children(element, *names), None)


def text_in(element: Element | None, name: str = "text") -> str:
    """The text of the named child, empty when there is none."""
    found = child(element, name)
    return "" if found is None else "".join(found.itertext())


def name_of(element: Element) -> str:
    """The name attribute with single blanks."""
    return " ".join(element.get("name", "").split())


def type_ref(element: Element | None) -> str:
    """The typeRef, an attribute or (in item definitions) a child."""
    if element is None:
        return ""
    return element.get("typeRef") or text_in(element, "typeRef").strip()
