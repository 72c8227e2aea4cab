"""Safe reading of DMN XML and small helpers over its tree."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..errors import FeelError, FeelSyntaxError

MAX_BYTES = 5_000_000
_NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
)


def parse_xml(xml: bytes) -> Element:
    """The root element. Raises FeelError for broken, too large or unsafe files."""
    if len(xml) > MAX_BYTES:
        raise FeelError(f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB. Bitte aufteilen.")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except ParseError as broken:
        line, column = broken.position
        message = "Die Datei ist kein wohlgeformtes XML. Bitte neu exportieren."
        raise FeelSyntaxError(message, 0, line, column + 1) from None
    except DefusedXmlException:
        raise FeelError("Die Datei enthält DOCTYPE oder Entitäten; beides ist nicht erlaubt.") from None
    except (ValueError, LookupError, RecursionError):
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
