"""XML out of plain text: elements by prefixed names, and only characters that XML may hold."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

WMTS = "http://www.opengis.net/wmts/1.0"
OWS = "http://www.opengis.net/ows/1.1"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# XML 1.0, production [2]: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | …
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Replace characters that XML cannot represent: control characters and surrogates."""
    return NOT_XML.sub("\ufffd", text)


def element(tag: str, attributes: Mapping[str, str] | None = None) -> ET.Element:
    """Make an element from its prefixed name; the root declares the prefixes."""
    return ET.Element(tag, {name: clean(value) for name, value in (attributes or {}).items()})


def add(
    parent: ET.Element,
    tag: str,
    text: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> ET.Element:
    """Append a child, with text where given, and return it."""
    child = element(tag, attributes)
    if text is not None:
        child.text = clean(text)
    parent.append(child)
    return child


def serialize(root: ET.Element) -> bytes:
    """Write a document as UTF-8 with its declaration."""
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
