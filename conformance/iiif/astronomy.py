"""PyLD reads the astronomers' service of each info.json by the context that the server gives.

JSON-LD drops silently what a context does not define: each property must come out of it, as an
address that leads to an explanation.
"""

import json
from typing import Any

import web
import workshop
from faults import Fault, text
from gate import Gate, Site, demand, equal
from images import CUBE, FIELD, SKY

Json = dict[str, Any]


def _names(value: object) -> set[str]:
    """Names of all properties, however deep."""
    if isinstance(value, dict):
        return set(value) | {name for part in value.values() for name in _names(part)}
    return {name for part in value for name in _names(part)} if isinstance(value, list) else set()


def _check_one(site: Site, service: Json) -> int:
    path = site.work / "service.json"
    path.write_text(json.dumps(service), encoding="utf-8")
    expanded = json.loads(workshop.script(workshop.PYTHON, "iiif/expand.py", path))
    equal("objects of the service", len(expanded), 1)
    kept = {name for name in _names(expanded) if "#" in name and not name.startswith("@")}
    own = _names(service) - {"@context", "@id", "@type", "id", "type", "profile"}
    lost = own - {name.partition("#")[2] for name in kept}
    demand(not lost, f"properties without a term in the context: {sorted(lost)}")
    equal("@id", expanded[0]["@id"], service.get("id", service.get("@id")))
    page = service["profile"]
    equal("@type", expanded[0]["@type"], [f"{page}#AstroImageService"])
    explained = web.fetch(page).text
    for name in kept:
        address, _, anchor = name.partition("#")
        equal(f"address of {anchor}", address, page)
        demand(f'id="{anchor}"' in explained, f"{page} does not explain {anchor}")
    return len(kept)


def _check(site: Site) -> str:
    read = 0
    for version in (3, 2):
        for identifier in (FIELD, CUBE, *SKY):
            url = f"{site.base}/iiif/{version}/{web.segment(identifier)}/info.json"
            found = json.loads(web.fetch(url).body)["service"]
            service = found if version == 2 else found[0]
            answer = web.fetch(service.get("id", service.get("@id")))
            equal(f"status of {answer.url}", answer.status, 200)
            read += _check_one(site, service)
    return f"{read} properties of 8 info.json, each with a term and an explanation"


ASTRONOMY = Gate(
    name="iiif-astronomy",
    tool=lambda: workshop.python_package("PyLD"),
    run=_check,
    faults=(
        Fault(
            "a term left out of the context",
            r"without a term.*pixelScale",
            text('"pixelScale"', '"scaleOfPixels"', "context.json"),
        ),
        Fault(
            "a property that the profile does not know",
            r"without a term.*stretching",
            text('"stretch"', '"stretching"', "info.json"),
        ),
        Fault(
            "a page without an anchor",
            "does not explain unit|does not explain limits",
            text('id="(unit|limits)"', "", "/iiif/astro/1$"),
        ),
    ),
)
