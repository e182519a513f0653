"""Any JSON document as an HTML page, with working links."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{margin:0 0 0 1rem}dt{font-weight:600}dd{margin:0 0 .3rem 1rem;overflow-wrap:anywhere}"
    "ul{margin:0;padding-left:1rem}li{margin-bottom:.3rem}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8cf}}"
)


def page(document: Mapping[str, Any]) -> bytes:
    """Write a document as HTML."""
    title = escape(str(document.get("title") or document.get("id") or "Celestile"))
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{_any(document)}</body></html>"
    )
    return text.encode(errors="replace")


def _any(value: object) -> str:
    match value:
        case Mapping() if "href" in value and "rel" in value:
            return _link(value)
        case Mapping():
            items = (f"<dt>{escape(str(k))}</dt><dd>{_any(v)}</dd>" for k, v in value.items())
            return f"<dl>{''.join(items)}</dl>"
        case str():
            return escape(value)
        case Sequence():
            if all(isinstance(item, int | float) for item in value):
                return ", ".join(map(str, value))
            return f"<ul>{''.join(f'<li>{_any(item)}</li>' for item in value)}</ul>"
    return escape("" if value is None else str(value))


def _link(link: Mapping[str, Any]) -> str:
    href = str(link["href"])
    label = escape(str(link.get("title") or href))
    kind = escape(f"{link['rel']}, {link.get('type', '')}")
    if link.get("templated"):
        return f"{escape(href)} ({kind})"
    # Link to the page of the target, if it has one.
    shown = href.replace("?f=json", "?f=html").replace("&f=json", "&f=html")
    target = href if link["rel"] == "alternate" else shown
    return f'<a href="{escape(target)}">{label}</a> ({kind})'
