"""The viewer's types of the JSON below /api are those of the OpenAPI document."""

import importlib.util
from pathlib import Path

import pytest

from celestile.protocols.data.schemas import SCHEMAS, array, maybe, record, ref

CLIENT = Path(__file__).resolve().parents[3] / "client"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("client_schemas", CLIENT / "schemas.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_types_of_the_viewer_are_up_to_date(script):
    written = script.TARGET.read_text("utf-8")
    assert written == script.declarations(), "npm --prefix client run types:generate"


def test_a_changed_schema_is_noticed(script, monkeypatch):
    more = {**SCHEMAS["Frame"]["properties"], "exposure": {"type": "number"}}
    changed = {**SCHEMAS["Frame"], "properties": more}
    monkeypatch.setitem(SCHEMAS, "Frame", changed)
    assert script.TARGET.read_text("utf-8") != script.declarations()


def test_schemas_become_types(script, monkeypatch):
    number, text = {"type": "number"}, {"type": "string"}
    schema = record(
        "A thing.",
        size={**maybe({"type": "integer"}), "description": "in pixels"},
        kind={"enum": ["a", "b"]},
        pair=array(number, minItems=2, maxItems=2),
        card=array(number, minItems=3, maxItems=3) | {"x-items": [text, number]},
        holes=array(maybe(number)),
        pairs=array(array(number, minItems=2, maxItems=2)),
        other=maybe(ref("Other")),
        inner=record("Within.", flag={"type": "boolean"}),
        names={"type": "object", "additionalProperties": text},
    )
    document = {"components": {"schemas": {"Thing": {**schema, "required": ["size"]}}}}
    monkeypatch.setattr(script, "openapi", lambda _: document)
    assert script.declarations().split("\n", 2)[2] == (
        "/** A thing. */\n"
        "export interface Thing {\n"
        "  /** in pixels */\n"
        "  size: number | null;\n"
        '  kind?: "a" | "b";\n'
        "  pair?: [number, number];\n"
        "  card?: [string, number, number];\n"
        "  holes?: (number | null)[];\n"
        "  pairs?: [number, number][];\n"
        "  other?: Other | null;\n"
        "  /** Within. */\n"
        "  inner?: {\n"
        "    flag: boolean;\n"
        "  };\n"
        "  names?: Record<string, string>;\n"
        "}\n"
    )
