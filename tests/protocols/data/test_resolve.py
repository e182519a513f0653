"""`/api/resolve`: the operator's name resolver, or none."""

import dataclasses
from typing import Any

import pytest

from celestile.errors import ResolverError
from celestile.service.sesame import Resolved, Sesame
from celestile.settings import SearchSettings


@pytest.fixture
def client(serve: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def resolve(_: Sesame, name: str) -> Resolved | None:
        if name == "down":
            raise ResolverError("the name resolver does not answer")
        return Resolved("M 31", "AGN", 10.5, 41.25) if name == "m31" else None

    monkeypatch.setattr(Sesame, "resolve", resolve)
    search = SearchSettings(resolver="https://resolver.example/nph-sesame")
    return serve(dataclasses.replace(settings, search=search))


def test_without_a_resolver_it_is_forbidden(serve: Any, settings: Any) -> None:
    client = serve(settings)
    assert client.get("/api").json()["resolver"] is False
    response = client.get("/api/resolve?name=M31")
    assert (response.status_code, response.json()["error"]) == (
        403,
        "this server has no name resolver",
    )


def test_objects_have_positions(client: Any) -> None:
    assert client.get("/api").json()["resolver"] is True
    found = client.get("/api/resolve?name=m31").json()
    assert found == {"name": "M 31", "kind": "AGN", "lon": 10.5, "lat": 41.25}
    found = client.get("/api/resolve?name=xyzzy").json()
    assert found == {"name": "xyzzy", "kind": None, "lon": None, "lat": None}


def test_faults_have_their_statuses(client: Any) -> None:
    assert client.get("/api/resolve?name=down").status_code == 502
    response = client.get("/api/resolve")
    assert (response.status_code, response.json()["parameter"]) == (400, "name")
