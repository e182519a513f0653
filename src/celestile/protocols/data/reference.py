"""The OpenAPI document as an HTML page without scripts or external resources."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
code { font: 0.9em ui-monospace, monospace; background: var(--soft); padding: 0 0.2em;
       overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
         border-bottom: 1px solid var(--line); }
th[scope=row] { font-weight: normal; white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
th code { overflow-wrap: normal; }
@media (max-width: 40rem) { th[scope=row] { white-space: normal; } }
"""


def page(document: Document) -> str:
    """Write the page.

    Parameters
    ----------
    document : dict
        As `celestile.protocols.data.openapi.openapi` makes it.
    """
    title = _text(document["info"]["title"])
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>{title}</title>\n<link rel="icon" href="data:,">',
        f"<style>{_STYLE}</style>\n</head>\n<body>",
        '<a class="skip" href="#operations">To the operations</a>',
        f"<header><h1>{title}</h1>",
        f"<p>{_text(document['info']['summary'])} Version {_text(document['info']['version'])}.",
        'For programs: <a href="openapi.json">openapi.json</a>.</p></header>',
        *_contents(document),
        '<main><div id="operations">',
        *(part for path, item in document["paths"].items() for part in _operation(path, item)),
        "</div>",
        *_view(document),
        "<h2>Answers</h2>",
        *(
            part
            for name, schema in document["components"]["schemas"].items()
            for part in _schema(name, schema)
        ),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _contents(document: Document) -> Iterator[str]:
    yield '<nav aria-label="Operations"><ul>'
    for path, item in document["paths"].items():
        name = _text(item["get"]["operationId"])
        yield f'<li><a href="#{name}"><code>{_text(path)}</code></a> {_said(item["get"])}</li>'
    yield '<li><a href="#view">View keys</a></li></ul></nav>'


def _said(operation: Document) -> str:
    return _text(operation["summary"])


def _operation(path: str, item: Document) -> Iterator[str]:
    operation = item["get"]
    name = _text(operation["operationId"])
    yield f'<section aria-labelledby="{name}"><h2 id="{name}">{_said(operation)}</h2>'
    yield f"<p><code>GET {_text(path)}</code></p>"
    if "description" in operation:
        yield f"<p>{_marked(operation['description'])}</p>"
    own = [each for each in operation.get("parameters", []) if "name" in each]
    shared = [each["$ref"].rpartition("/")[2] for each in operation.get("parameters", [])
              if "$ref" in each]  # fmt: skip
    if own:
        yield from _parameters("Parameters", own)
    if "collapse" in shared:
        yield '<p>Takes the <a href="#view">keys of a view</a>, too.</p>'
    elif "hdu" in shared:
        yield '<p>Takes the <a href="#view">view keys</a> view, hdu, frame and channel, too.</p>'
    yield "<table><caption>Answers</caption><thead><tr>"
    yield '<th scope="col">Status</th><th scope="col">Content</th></tr></thead><tbody>'
    for status, response in operation["responses"].items():
        yield f'<tr><th scope="row">{status}</th><td>{_response(response, status)}</td></tr>'
    yield "</tbody></table></section>"


def _response(response: Document, status: str) -> str:
    if "$ref" in response:
        return f'{_ERROR_WORDS.get(status, "Refused.")} <a href="#schema-Error">Error</a>'
    words = _marked(response["description"])
    for kind, content in response.get("content", {}).items():
        words += f" <code>{_text(kind)}</code> {_kind(content['schema'])}"
    return words


_ERROR_WORDS = {
    "400": "A parameter makes no sense.",
    "404": "No such image, or none can be made of the file.",
    "503": "The file changes at this moment, or the cache cannot be written.",
}


def _view(document: Document) -> Iterator[str]:
    shared = document["components"]["parameters"]
    yield '<section aria-labelledby="view"><h2 id="view">Image and view</h2>'
    yield f"<p><code>{{id}}</code>: {_marked(shared['id']['description'])}</p>"
    yield from _parameters("Keys of a view", [p for key, p in shared.items() if key != "id"])
    yield "</section>"


def _parameters(caption: str, parameters: list[Document]) -> Iterator[str]:
    yield f"<table><caption>{caption}</caption><thead><tr>"
    yield '<th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th>'
    yield "</tr></thead><tbody>"
    for each in parameters:
        must = ", required" if each["required"] else ""
        example = f" Example: <code>{_text(each['example'])}</code>" if "example" in each else ""
        yield (
            f'<tr><th scope="row"><code>{_text(each["name"])}</code></th>'
            f"<td>{_kind(each['schema'])}{must}</td>"
            f"<td>{_marked(each['description'])}{example}</td></tr>"
        )
    yield "</tbody></table>"


def _schema(name: str, schema: Document) -> Iterator[str]:
    yield f'<section aria-labelledby="schema-{name}"><h3 id="schema-{name}">{_text(name)}</h3>'
    yield f"<p>{_marked(schema['description'])}</p>"
    if "properties" in schema:
        yield f"<table><caption>Members of {_text(name)}</caption><thead><tr>"
        yield '<th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th>'
        yield "</tr></thead><tbody>"
        for member, kind in schema["properties"].items():
            meaning = _marked(kind.get("description", ""))
            yield f'<tr><th scope="row"><code>{_text(member)}</code></th>'
            yield f"<td>{_kind(kind)}</td><td>{meaning}</td></tr>"
        yield "</tbody></table>"
    yield "</section>"


def _kind(schema: Document) -> str:
    """Describe in words the values that a schema allows."""
    if "$ref" in schema:
        name = _text(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return _enumerated(schema["enum"])
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"array of {_kind(schema['items'])}"
    if kind == "object" and "properties" in schema:
        members = (f"{_text(key)}: {_kind(each)}" for key, each in schema["properties"].items())
        return f"object ({', '.join(members)})"
    return " or ".join(kind) if isinstance(kind, list) else _text(kind)


def _enumerated(values: list[Any], most: int = 12) -> str:
    shown = ", ".join(f"<code>{_text(json.dumps(value))}</code>" for value in values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown


def _marked(text: str) -> str:
    """Escape a text, with text between backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(text))


def _text(text: object) -> str:
    return html.escape(str(text))
