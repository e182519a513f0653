"""The table of exceptions: code, locator and HTTP status for every wrong request by KVP.

From OGC 07-057r7 tables 20, 24, 26 and 30, OWS Common 06-121r3 table 25 and section 7.4, and what
the OGC's executable test suite ets-wmts10 asserts. Written without regard to the implementation.
"""

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import web
from faults import Fault, status, text
from gate import Gate, Site, demand, equal, present
from images import CUBE, FIELD, NIGHT, STOKES
from wmts.service import NAMES, Layer, fill, layer, tile_template

MISSING, INVALID = "MissingParameterValue", "InvalidParameterValue"


@dataclass(frozen=True)
class Case:
    """A right request with one thing wrong, and the exception that it deserves.

    Parameters
    ----------
    title : str
        What is wrong.
    request : {"GetCapabilities", "GetTile", "GetFeatureInfo"}
        The right request to start from.
    code : str
        Exception code.
    locator : str or None
        Name of the parameter, in any case; None where there must be none.
    status : int
        Of HTTP.
    change : dict
        Parameters with another value, or None for those left out.
    layer : str
        Which layer.
    """

    title: str
    request: str
    code: str
    locator: str | None
    status: int = 400
    change: dict[str, str | None] = field(default_factory=dict)
    layer: str = FIELD


def _each(request: str, code: str, value: str | None, *names: str) -> list[Case]:
    verb = "no" if value is None else "bad"
    return [Case(f"{verb} {n}", request, code, n, change={n: value}) for n in names]


ADDRESS = ("Layer", "Style", "Format", "TileMatrixSet", "TileMatrix", "TileRow", "TileCol")
VALUES = ("Layer", "Style", "Format", "TileMatrixSet", "TileMatrix")
POINT = ("InfoFormat", "I", "J")

CASES = (
    *_each("GetCapabilities", MISSING, None, "service", "request"),
    *_each("GetCapabilities", INVALID, "Bogus", "service", "request", "Sections"),
    Case("sections without a value", "GetCapabilities", MISSING, "sections",
         change={"Sections": ""}),
    Case("only unknown versions", "GetCapabilities", "VersionNegotiationFailed", None,
         change={"AcceptVersions": "2.0.0,9.9.9"}),
    Case("updateSequence from the future", "GetCapabilities", "InvalidUpdateSequence", None,
         change={"updateSequence": "99999999999999999999"}),
    *_each("GetTile", MISSING, None, "service", "request", "version", *ADDRESS),
    *_each("GetTile", INVALID, "Bogus", "service", "request", "version", *VALUES),
    *_each("GetTile", INVALID, "1.5", "TileRow", "TileCol"),
    *_each("GetTile", "TileOutOfRange", "4711", "TileRow", "TileCol"),
    *_each("GetTile", "TileOutOfRange", "-1", "TileRow", "TileCol"),
    *_each("GetTile", "TileOutOfRange", "99999999999", "TileRow", "TileCol"),
    *_each("GetFeatureInfo", MISSING, None, "service", "version", *ADDRESS, *POINT),
    *_each("GetFeatureInfo", INVALID, "Bogus", *VALUES, *POINT),
    # Table 26: "TileRow or TileCol out of range", "I or J out of range".
    *_each("GetFeatureInfo", "TileOutOfRange", "4711", "TileRow", "TileCol"),
    *_each("GetFeatureInfo", "TileOutOfRange", "-1", "TileRow", "TileCol"),
    *_each("GetFeatureInfo", "PointIJOutOfRange", "4711", "I", "J"),
    *_each("GetFeatureInfo", "PointIJOutOfRange", "-1", "I", "J"),
    Case("bad dimension", "GetTile", INVALID, "FRAME", change={"FRAME": "4711"}, layer=CUBE),
    Case("bad dimension", "GetTile", INVALID, "CHANNEL", change={"CHANNEL": "x"}, layer=CUBE),
    Case("bad dimension", "GetTile", INVALID, "STOKES", change={"STOKES": "W"}, layer=STOKES),
    Case("time of no frame", "GetTile", INVALID, "TIME",
         change={"TIME": "2024-03-01T00:00:00Z"}, layer=NIGHT),
    Case("no time", "GetFeatureInfo", INVALID, "TIME", change={"TIME": "x"}, layer=NIGHT),
)  # fmt: skip


# Text after table 26: dimensions that a layer does not advertise are ignored.
OTHERS = {
    FIELD: ("FRAME=2", "TIME=2024-02-29T23:02:00Z", "STOKES=Q"),
    CUBE: ("TIME=2024-02-29T23:02:00Z", "STOKES=Q"),
    NIGHT: ("CHANNEL=2", "STOKES=Q"),
    STOKES: ("FRAME=2", "CHANNEL=2", "TIME=x"),
}


def _right(request: str, of: Layer) -> dict[str, str]:
    parameters = {"service": "WMTS", "request": request, "version": "1.0.0"}
    if request == "GetCapabilities":
        return {key: parameters[key] for key in ("service", "request")}
    parameters |= {"Layer": of.identifier, "Style": of.style, "Format": "image/png"}
    parameters |= {"TileMatrixSet": of.matrix_set, "TileMatrix": of.finest.identifier}
    parameters |= {"TileRow": "1", "TileCol": "2"}
    if of.identifier != FIELD:
        parameters |= {"TileRow": "0", "TileCol": "0"}
    if request == "GetFeatureInfo":
        parameters |= {"InfoFormat": "text/plain", "I": "3", "J": "4"}
    return parameters


def address(base: str, case: Case, of: Layer) -> str:
    """Address of a wrong request."""
    parameters = {**_right(case.request, of), **case.change}
    return web.query(f"{base}/wmts", **{k: v for k, v in parameters.items() if v is not None})


def _report(answer: web.Answer) -> tuple[str, str | None]:
    demand(
        answer.media_type in {"application/xml", "text/xml"},
        f"type of {answer.url}: {answer.media_type}",
    )
    root = ET.fromstring(answer.body)
    equal(f"root of {answer.url}", root.tag, f"{{{NAMES['ows']}}}ExceptionReport")
    found = present(root.find("ows:Exception", NAMES), f"{answer.url}: no Exception")
    return found.get("exceptionCode", ""), found.get("locator")


def exception(url: str) -> tuple[int, str, str | None]:
    """Status, exception code and locator, in lower case, of a request that is to be refused."""
    answer = web.fetch(url)
    demand(answer.status != 200, f"{url} was not refused")
    code, locator = _report(answer)
    return answer.status, code, locator.lower() if locator else None


def _wrong(base: str, layers: dict[str, Layer]) -> list[str]:
    complaints = []
    for case in CASES:
        answer = web.fetch(address(base, case, layers[case.layer]))
        locator = case.locator.lower() if case.locator else None
        wanted = (case.status, case.code, locator)
        if answer.media_type.startswith("image/"):
            complaints.append(f"{case.request}, {case.title}: a picture in place of {case.code}")
            continue
        code, said = _report(answer)
        got = (answer.status, code, said.lower() if said else None)
        if got != wanted:
            complaints.append(f"{case.request}, {case.title}: got {got}, wanted {wanted}")
    return complaints


def _ignored(base: str, layers: dict[str, Layer]) -> int:
    """Dimensions of other layers neither refuse a tile nor change it."""
    for identifier, others in OTHERS.items():
        right = web.query(f"{base}/wmts", **_right("GetTile", layers[identifier]))
        for other in others:
            answer = web.fetch(f"{right}&{other}")
            equal(f"status of {identifier} with {other}", answer.status, 200)
            demand(answer.body == web.fetch(right).body, f"{identifier}: {other} has an effect")
    return sum(map(len, OTHERS.values()))


def _spellings(base: str, of: Layer) -> int:
    """Section 8.1: names of parameters are case-insensitive and the answers identical."""
    for request in ("GetCapabilities", "GetTile", "GetFeatureInfo"):
        parameters = _right(request, of)
        bodies = set()
        for spell in (str, str.upper, str.lower):
            url = web.query(f"{base}/wmts", **{spell(k): v for k, v in parameters.items()})
            answer = web.fetch(url)
            equal(f"status of {url}", answer.status, 200)
            bodies.add(answer.body)
        equal(f"different answers to {request} in different case", len(bodies), 1)
    return 9


def _paths(base: str, of: Layer) -> int:
    """Section 10: an error by path needs only its status."""
    missing = f"{base}/wmts/1.0.0/WMTSCapabilities.xml/Bogus"
    equal(missing, web.fetch(missing).status, 404)
    url = f"{base}/wmts/1.0.0/WMTSCapabilities.xml"
    equal(
        f"{url} for Accept: image/x-none",
        web.fetch(url, headers={"Accept": "image/x-none"}).status,
        406,
    )
    right = {"TileMatrix": of.finest.identifier, "TileRow": 0, "TileCol": 0}
    template = tile_template(of)
    equal("tile by path", web.fetch(fill(template, **right)).status, 200)
    for name, value in (("TileRow", 4711), ("TileCol", -1), ("TileMatrix", "Bogus")):
        tile = fill(template, **(right | {name: value}))
        demand(web.fetch(tile).status in (400, 404), f"{tile}: {web.fetch(tile).status}")
    return 6


def _check(site: Site) -> str:
    layers = {name: layer(site.base, name) for name in (FIELD, CUBE, NIGHT, STOKES)}
    complaints = _wrong(site.base, layers)
    demand(not complaints, "\n".join(complaints))
    right = _spellings(site.base, layers[FIELD]) + _paths(site.base, layers[FIELD])
    ignored = _ignored(site.base, layers)
    return (
        f"{len(CASES)} wrong requests by KVP: code, locator, status; {right} rules of case and"
        f" path; {ignored} dimensions of other layers ignored"
    )


ERRORS = Gate(
    name="wmts-errors",
    tool=lambda: "own table, OGC 07-057r7",
    run=_check,
    faults=(
        Fault("exceptions without locator", "wanted", text(r' locator="[^"]*"', "")),
        Fault("exceptions with status 200", r"got \(200", status(200, 400)),
        Fault("wrong code out of range", "TileOutOfRange", text("TileOutOfRange", INVALID)),
        Fault(
            "wrong code of points", "PointIJOutOfRange", text("PointIJOutOfRange", "TileOutOfRange")
        ),
        Fault(
            "dimensions of other layers refused",
            "status of .* with STOKES=Q",
            status(400, 200, "STOKES=Q"),
        ),
        Fault(
            "dimensions of other layers have an effect",
            "has an effect",
            target=lambda target: target.replace("&CHANNEL=2", "&cmap=viridis"),
        ),
    ),
)
