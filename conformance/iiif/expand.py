"""Expand JSON-LD with PyLD; run by the interpreter of ``.work/venv``.

Argument: file with a JSON object whose context is at an address. Prints the expanded form.
"""

import json
import sys
import urllib.request
from pathlib import Path

from pyld import jsonld


def load(url: str, _: object) -> dict[str, object]:
    """Fetch a context; the media type must be JSON-LD's or JSON's."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        kind = answer.headers.get_content_type()
        if kind not in {"application/ld+json", "application/json"}:
            sys.exit(f"{url} is {kind}")
        return {
            "contentType": kind,
            "contextUrl": None,
            "documentUrl": url,
            "document": json.loads(answer.read()),
        }


jsonld.set_document_loader(load)
print(json.dumps(jsonld.expand(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
