"""The definition of the API is of one piece, and the API is as it says."""

import re
from typing import Any

import pytest

from celestile.views.view import VIEW_KEYS

PLAIN = "sub%2Fplain.fits"
VALUES = {
    "collectionId": PLAIN,
    "styleId": "negative",
    "tileMatrixSetId": "pixels-700x500",
    "tileMatrix": "0",
    "tileRow": "0",
    "tileCol": "0",
}


@pytest.fixture(scope="module")
def definition(client: Any) -> Any:
    return client.json("/ogc/api")


def resolve(definition: Any, item: Any) -> Any:
    """Follow a reference within the definition."""
    if "$ref" not in item:
        return item
    found = definition
    for name in item["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in references(item)]
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    return []


def filled(path: str) -> str:
    return "/ogc" + re.sub(r"\{(\w+)\}", lambda name: VALUES[name[1]], path).rstrip("/")


def valid(definition: Any, schema: Any, value: Any) -> bool:
    """Whether a value fits a schema, in as much of JSON Schema as the definition uses."""
    schema = resolve(definition, schema)
    kind = schema.get("type")
    if kind == "object":
        if not isinstance(value, dict) or not set(schema.get("required", ())) <= set(value):
            return False
        named = schema.get("properties", {})
        return all(valid(definition, named[key], value[key]) for key in named.keys() & value.keys())
    if kind == "array":
        count = len(value) if isinstance(value, list) else -1
        least, most = schema.get("minItems", 0), schema.get("maxItems", count)
        return least <= count <= most and all(
            valid(definition, schema["items"], item) for item in value
        )
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    return isinstance(value, kinds[kind]) and not (
        "minimum" in schema and value < schema["minimum"]
    )


def test_references_lead_somewhere(definition: Any) -> None:
    found = references(definition)
    assert len(found) > 100
    for reference in found:
        assert resolve(definition, {"$ref": reference})


def test_it_is_sent_as_what_it_is(client: Any) -> None:
    response = client.get("/ogc/api")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    plain = client.get("/ogc/api", accept="application/json")
    assert plain.headers["content-type"] == "application/json"
    assert plain.json() == response.json()


def test_operations_are_named_as_the_standard_wants(definition: Any) -> None:
    names = [item["get"]["operationId"] for item in definition["paths"].values()]
    assert len(names) == len(set(names))
    for resource in ("collection.map", "collection.style.map"):
        for operation in ("getTileSetsList", "getTileSet", "getTile"):
            assert f".{resource}.{operation}" in names


def test_every_operation_answers_as_defined(client: Any, definition: Any) -> None:
    for path, item in definition["paths"].items():
        content = item["get"]["responses"]["200"]["content"]
        for media_type, described in content.items():
            response = client.get(filled(path), accept=media_type)
            assert response.status_code == 200, path
            kind = response.headers["content-type"].replace("; charset=utf-8", "")
            assert kind == media_type, path
            if media_type == "application/json":
                assert valid(definition, described["schema"], response.json()), path


def test_every_parameter_of_a_path_is_defined(definition: Any) -> None:
    for path, item in definition["paths"].items():
        given = [resolve(definition, parameter) for parameter in item["get"]["parameters"]]
        in_path = [parameter["name"] for parameter in given if parameter["in"] == "path"]
        assert sorted(in_path) == sorted(re.findall(r"\{(\w+)\}", path))
        assert all(parameter["required"] for parameter in given if parameter["in"] == "path")


def test_a_parameter_that_is_not_defined_is_refused(client: Any, definition: Any) -> None:
    for path, item in definition["paths"].items():
        response = client.get(f"{filled(path)}?undefined=1")
        assert response.status_code == 400, path
        assert "400" in item["get"]["responses"]
        problem = definition["components"]["schemas"]["problem"]
        assert valid(definition, problem, response.json())


def test_every_view_key_is_a_parameter(definition: Any) -> None:
    for path in ("/collections/{collectionId}", "/collections/{collectionId}/map/tiles"):
        given = definition["paths"][path]["get"]["parameters"]
        names = {resolve(definition, parameter)["name"] for parameter in given}
        assert names >= VIEW_KEYS
    # In OpenAPI 3.0 this is a switch beside `minimum`, not yet a number.
    gamma = definition["components"]["parameters"]["gamma"]["schema"]
    assert gamma == {"type": "number", "minimum": 0, "exclusiveMinimum": True}


def test_tiles_are_under_a_defined_path(client: Any, definition: Any) -> None:
    tileset = client.json(f"/ogc/collections/{PLAIN}/map/tiles/pixels-700x500")
    template = next(item["href"] for item in tileset["links"] if item["rel"] == "item")
    path = template.removeprefix(definition["servers"][0]["url"]).partition("?")[0]
    shape = re.sub(r"collections/[^/]+", "collections/{collectionId}", path)
    assert shape.replace("pixels-700x500", "{tileMatrixSetId}") in definition["paths"]
