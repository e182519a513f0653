"""A strict third-party parser reads every info.json: @allmaps/iiif-parser."""

import json

import web
import workshop
from faults import Fault, text
from gate import Gate, Site, demand, equal
from images import CUBE, FIELD, SQUARES

VIEWS = ("", ";cmap=viridis;limits=0,128", ";mix=1:ff0000,2:00ff00;invert=1")


def _parse(site: Site) -> str:
    script = workshop.HERE / "iiif" / "parse.mjs"
    read = 0
    for version in (2, 3):
        for identifier in (FIELD, SQUARES, CUBE):
            picture = site.pictures[identifier]
            for view in VIEWS:
                url = f"{site.base}/iiif/{version}/{web.segment(identifier)}{view}"
                answer = web.fetch(f"{url}/info.json")
                equal(f"status of {answer.url}", answer.status, 200)
                path = site.work / "info.json"
                path.write_bytes(answer.body)
                done = workshop.run([workshop.program("node", "nodejs"), script, path])
                demand(done.returncode == 0, f"{answer.url}: {done.stderr.strip()[-800:]}")
                found = json.loads(done.stdout)
                wanted = {"version": version, "uri": url, "formats": found["formats"]}
                wanted |= {"width": picture.width, "height": picture.height, "anySize": True}
                equal(answer.url, found, wanted)
                # Viewers that escape the whole identifier get the same service.
                escaped = f"{site.base}/iiif/{version}/{web.segment(identifier + view)}/info.json"
                equal(f"info.json of {escaped}", web.fetch(escaped).body, answer.body)
                # Of version 2 it lists what is written there, not what level 2 implies.
                formats = {"jpg", "webp"} | ({"png"} if version == 3 else set())
                demand(formats <= set(found["formats"]), f"formats of {answer.url}: {found}")
                read += 1
    return f"{read} info.json of both versions, three images in three views; id, size, formats"


PARSER = Gate(
    name="iiif-parser",
    tool=lambda: workshop.node_package("@allmaps/iiif-parser"),
    run=_parse,
    faults=(
        Fault(
            "width as a string",
            "expected number",
            text(r'"width": ?1031', '"width":"1031"', "info.json"),
        ),
        Fault("another id", "uri", text(r'("@?id": ?"[^"]+)"', r'\1x"', "info.json")),
    ),
)
