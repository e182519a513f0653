"""Writes src/schemas.d.ts, the TypeScript types of the JSON below /api, from the OpenAPI document.

Run it after a change of the schemas, with a Python that has Celestile installed:
`npm run types:generate`. `tests/protocols/data/test_client_types.py` fails if it was forgotten.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celestile.protocols.data.openapi import openapi

TARGET = Path(__file__).parent / "src" / "schemas.d.ts"
_HEAD = "// Generated from the OpenAPI document by `npm run types:generate`; do not edit.\n"
_SIMPLE = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}

Schema = dict[str, Any]


def declarations() -> str:
    """Write all schemas as types, one for each by its name."""
    schemas: dict[str, Schema] = openapi("")["components"]["schemas"]
    return "\n".join([_HEAD, *(_declaration(name, schema) for name, schema in schemas.items())])


def _declaration(name: str, schema: Schema) -> str:
    about = f"/** {schema['description']} */\n" if "description" in schema else ""
    if "properties" in schema:
        return f"{about}export interface {name} {_members(schema, '')}\n"
    return f"{about}export type {name} = {_type(schema, '')};\n"


def _members(schema: Schema, indent: str) -> str:
    inner = f"{indent}  "
    required = schema.get("required", ())
    lines = []
    for name, member in schema["properties"].items():
        if "description" in member:
            lines.append(f"{inner}/** {member['description']} */")
        mark = "" if name in required else "?"
        lines.append(f"{inner}{name}{mark}: {_type(member, inner)};")
    return "\n".join(["{", *lines, f"{indent}}}"])


def _type(schema: Schema, indent: str) -> str:
    """Type of the values that a schema allows."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return _union(_type(each, indent) for each in schema["anyOf"])
    if "enum" in schema:
        return _union(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return _union(_of_kind(kind, schema, indent) for kind in kinds)


def _of_kind(kind: str, schema: Schema, indent: str) -> str:
    if kind == "array":
        return _array(schema, indent)
    if kind == "object" and "properties" in schema:
        return _members(schema, indent)
    if kind == "object":
        return f"Record<string, {_type(schema['additionalProperties'], indent)}>"
    return _SIMPLE[kind]


def _array(schema: Schema, indent: str) -> str:
    items = _type(schema["items"], indent)
    length = schema.get("minItems")
    if length is not None and length == schema.get("maxItems"):
        first = [_type(each, indent) for each in schema.get("x-items", ())]
        return f"[{', '.join(first + [items] * (length - len(first)))}]"
    is_union = "|" in items and not items.startswith(("[", "{"))
    return f"({items})[]" if is_union else f"{items}[]"


def _union(types: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(types))


if __name__ == "__main__":
    TARGET.write_text(declarations(), "utf-8")
