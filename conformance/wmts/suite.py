"""What the OGC's executable test suite asserts of a WMTS and no other gate looks at.

After the assertions of ets-wmts10, which needs TEAM Engine: documents of some sections alone,
negotiation of versions, formats and sequences, what the metadata must hold, tiles just outside of
the limits of every grid, transparency beyond the image. Tables of wrong requests are in
`wmts.errors` and `rest.errors`, all that is offered is asked for in `wmts.advertised`.
"""

import io
import itertools
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
import web
from faults import Fault, opaque, picture, status, text
from gate import Gate, Site, demand, equal, present
from images import CUBE, FIELD, NIGHT, SKY, STOKES
from PIL import Image
from wmts.errors import exception
from wmts.service import NAMES, PIXEL, capabilities_urls, fill, kvp, layer, tile_template, tile_url

SECTIONS = ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents")
XLINK = f"{{{NAMES['xlink']}}}"
# CRS of the first axis to the east, and meters in its unit (07-057r7, section 6.1).
UNITS = {
    "urn:ogc:def:crs:EPSG::3857": 1.0,
    "urn:ogc:def:crs:OGC:1.3:CRS84": 111319.49079327358,
}

# Dimensions of layers, in the order of their addresses, and the last value of each.
AXES = {
    CUBE: {"FRAME": "3", "CHANNEL": "2"},
    NIGHT: {"TIME": "2024-02-29T23:02:00.5Z"},
    STOKES: {"STOKES": "V"},
}


def _root(url: str) -> ET.Element:
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    root = ET.fromstring(answer.body)
    equal(f"root of {url}", root.tag, f"{{{NAMES['wmts']}}}Capabilities")
    equal(f"version of {url}", root.get("version"), "1.0.0")
    return root


def _children(root: ET.Element) -> list[str]:
    return [child.tag.partition("}")[2] for child in root]


def _sections(url: str) -> int:
    """Server.KVP.GET.GetCapabilities.Request.Sections: what is asked for, and nothing else."""
    asked = [list(names) for count in (1, 2) for names in itertools.combinations(SECTIONS, count)]
    for names in asked:
        found = web.query(url, sections=",".join(names))
        equal(f"children of the root of {found}", _children(_root(found)), names)
    whole = _children(_root(web.query(url, sections="all")))
    equal("sections of all", [name for name in whole if name in SECTIONS], list(SECTIONS))
    return len(asked) + 1


def _negotiation(url: str) -> int:
    """Request.AcceptVersions, .AcceptFormats, .UpdateSequence, .CaseInsensitive.KVP.Names."""
    whole = web.fetch(url)
    _root(web.query(url, acceptversions="1.0.0"))
    later = web.query(url, acceptversions="1.1.0,1.2.0")
    equal(later, exception(later), (400, "VersionNegotiationFailed", None))
    formats = {"application/xml": "application/xml", "text/xml": "text/xml"}
    for asked, told in (formats | {"bogus/xml": "application/xml"}).items():
        found = web.fetch(web.query(url, acceptformats=asked))
        equal(f"type for acceptformats={asked}", found.media_type, told)
        equal(f"document for acceptformats={asked}", found.body, whole.body)
    sequence = _root(url).get("updateSequence", "")
    demand(sequence.isdecimal(), f"updateSequence {sequence!r} is not an integer")
    same = _root(web.query(url, updateSequence=sequence))
    equal("root for its own updateSequence", _children(same), [])
    equal("updateSequence of it", same.get("updateSequence"), sequence)
    less, greater = (str(int(sequence) + step) for step in (-1, 1))
    older = web.fetch(web.query(url, updateSequence=less))
    equal("document for a lesser updateSequence", older.body, whole.body)
    newer = web.query(url, updateSequence=greater)
    equal(newer, exception(newer), (400, "InvalidUpdateSequence", None))
    keys = (("SeRvIcE", "WMTS"), ("REQUEST", "GetCapabilities"), ("VeRsIoN", "1.0.0"))
    for order in itertools.permutations(keys):
        address = web.query(url.partition("?")[0], **dict(order))
        equal(f"body of {address}", web.fetch(address).body, whole.body)
    return 15


def _service(url: str) -> int:
    """Server.KVP.GET.HTTP and .InvalidQueryString: what is no service, and what is no query."""
    service = url.partition("?")[0]
    equal(f"status of {service}/nonesuch", web.fetch(f"{service}/nonesuch").status, 404)
    broken = f"{service}?request~GetCapabilities!service~!'WMTS'version~'1.0.0"
    answer = exception(broken)
    demand(
        answer[:2] == (400, "MissingParameterValue") and answer[2] in {"service", "request"},
        f"{broken}: {answer}",
    )
    return 2


def _metadata(url: str) -> int:
    """Response.SchemaReferenced, .AdvertisedFormat, .OnlineResource, .Encoding.Constraint."""
    root = _root(url)
    where = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "")
    demand(re.search(r"wmts(GetCapabilities_response)?\.xsd", where), f"schemaLocation: {where}")
    formats = "ows:OperationsMetadata/ows:Operation[@name='GetCapabilities']"
    formats += "/ows:Parameter[@name='AcceptFormats']/ows:AllowedValues/ows:Value"
    told = [value.text for value in root.iterfind(formats, NAMES)]
    demand("application/xml" in told, f"AcceptFormats: {told}")
    operations = root.findall("ows:OperationsMetadata/ows:Operation", NAMES)
    names = {operation.get("name") for operation in operations}
    equal("operations", names, {"GetCapabilities", "GetTile", "GetFeatureInfo"})
    for operation in operations:
        for get in operation.iterfind("ows:DCP/ows:HTTP/ows:Get", NAMES):
            prefix = get.get(f"{XLINK}href", "")
            demand(prefix.endswith(("?", "&")), f"{prefix} is no prefix of addresses")
            path = "ows:Constraint[@name='GetEncoding']/ows:AllowedValues/ows:Value"
            equal(f"GetEncoding of {prefix}", [v.text for v in get.iterfind(path, NAMES)], ["KVP"])
    here = [
        link.get(f"{XLINK}href", "") for link in root.iterfind("wmts:ServiceMetadataURL", NAMES)
    ]
    demand(here, "no ServiceMetadataURL")
    by_path = _root(here[0]).find("wmts:ServiceMetadataURL", NAMES)
    found = present(by_path, f"{here[0]} has no ServiceMetadataURL").get(f"{XLINK}href")
    equal(f"ServiceMetadataURL in {here[0]}", found, here[0])
    return 4 + 2 * len(operations)


def _numbers(parent: ET.Element, path: str) -> np.ndarray:
    return np.array([float(number) for number in (parent.findtext(path, "", NAMES)).split()])


def _grids(root: ET.Element) -> int:
    """TopLeftCorner in the order of the CRS, and tiles that cover the set's box from it on."""
    sets = root.findall("wmts:Contents/wmts:TileMatrixSet", NAMES)
    for found in sets:
        name = found.findtext("ows:Identifier", "", NAMES)
        crs = found.findtext("ows:SupportedCRS", "", NAMES)
        demand(crs in UNITS, f"{name}: {crs} is none of {', '.join(UNITS)}")
        lower = _numbers(found, "ows:BoundingBox/ows:LowerCorner")
        upper = _numbers(found, "ows:BoundingBox/ows:UpperCorner")
        for matrix in found.iterfind("wmts:TileMatrix", NAMES):
            where = f"{name}/{matrix.findtext('ows:Identifier', '', NAMES)}"
            corner = _numbers(matrix, "wmts:TopLeftCorner")
            demand(np.allclose(corner, (lower[0], upper[1])), f"{where}: TopLeftCorner {corner}")
            pixel = _numbers(matrix, "wmts:ScaleDenominator")[0] * PIXEL / UNITS[crs]
            for side, extent in (("Width", upper[0] - lower[0]), ("Height", upper[1] - lower[1])):
                count = _numbers(matrix, f"wmts:Matrix{side}")[0]
                tile = _numbers(matrix, f"wmts:Tile{side}")[0] * pixel
                fits = (count - 1) * tile < extent * (1 + 1e-9) and count * tile > extent * (
                    1 - 1e-9
                )
                demand(fits, f"{where}: {count:.0f} tiles of {tile} do not just cover {extent}")
    return len(sets)


def _outside(found: ET.Element) -> Iterator[tuple[str, dict[str, object]]]:
    """Name each tile next to the limits of each level, and the parameter that is to blame."""
    for link in found.iterfind("wmts:TileMatrixSetLink", NAMES):
        for limit in link.iterfind("wmts:TileMatrixSetLimits/wmts:TileMatrixLimits", NAMES):
            ends = {
                (side, end): int(limit.findtext(f"wmts:{end}Tile{side}", "0", NAMES))
                for side in ("Row", "Col")
                for end in ("Min", "Max")
            }
            level = {"TileMatrixSet": link.findtext("wmts:TileMatrixSet", "", NAMES)}
            level["TileMatrix"] = limit.findtext("wmts:TileMatrix", "", NAMES)
            inside: dict[str, object] = {
                f"Tile{side}": ends[side, "Min"] for side in ("Row", "Col")
            }
            for side in ("Row", "Col"):
                for value in (ends[side, "Min"] - 1, ends[side, "Max"] + 1):
                    yield f"Tile{side}", level | inside | {f"Tile{side}": value}


def _limits(base: str, root: ET.Element) -> int:
    """GetTile and GetFeatureInfo .Invalid.Tile.Row and .Col.TileMatrixSetLimits."""
    tried = 0
    layers = root.findall("wmts:Contents/wmts:Layer", NAMES)
    for found in layers:
        name = found.findtext("ows:Identifier", "", NAMES)
        if name not in {FIELD, SKY[0], "mosaic"}:
            continue
        fixed = {"Layer": name, "Style": "default", "Format": "image/png"}
        info = {"InfoFormat": "text/plain", "I": 0, "J": 0}
        for blamed, place in _outside(found):
            # 07-057r7, tables 24 and 26; the suite's code agrees, its prose does not.
            for request, more in (("GetTile", {}), ("GetFeatureInfo", info)):
                url = kvp(base, request, **(fixed | place | more))
                equal(url, exception(url), (400, "TileOutOfRange", blamed.lower()))
                tried += 1
    demand(tried > 50, f"only {tried} tiles outside of limits were tried")
    return tried


def _transparency(base: str) -> int:
    """GetTile.Valid.Tile.Transparency, by keys and by path: nothing is beyond the image."""
    of = layer(base, FIELD)
    matrix = of.finest
    row, column = matrix.rows - 1, matrix.columns - 1
    path = fill(tile_template(of), TileMatrix=matrix.identifier, TileRow=row, TileCol=column)
    for url in (tile_url(base, of, matrix, row, column), path):
        with Image.open(io.BytesIO(web.fetch(url).body)) as image:
            alpha = np.asarray(image.convert("RGBA"))[:, :, 3]
        wide, high = 1031 - column * matrix.tile[0], 769 - row * matrix.tile[1]
        wanted = np.zeros_like(alpha)
        wanted[:high, :wide] = 255
        demand(np.array_equal(alpha, wanted), f"{url}: not transparent beyond the image alone")
    return 2


def _defaults(base: str) -> int:
    """GetTile.Default and .Current.SampleDimension: of what is not said the default is meant."""
    said = 0
    for identifier, wanted in AXES.items():
        of = layer(base, identifier)
        equal(f"dimensions of {identifier}", of.dimensions, tuple(wanted))
        unsaid = web.fetch(tile_url(base, of, of.finest, 0, 0)).body
        for name, last in wanted.items():
            answers = {
                value: web.fetch(tile_url(base, of, of.finest, 0, 0, **{name: value})).body
                for value in ("default", "current", last)
            }
            demand(answers["default"] == unsaid, f"{identifier}: default {name} is another tile")
            if name in {"FRAME", "TIME"}:
                demand(answers["current"] == answers[last], f"{identifier}: current {name}")
                demand(answers[last] != unsaid, f"{identifier}: {name}={last} has no effect")
            said += len(answers)
    return said


def _check(site: Site) -> str:
    url = capabilities_urls(site.base)[0]
    root = _root(url)
    held = _sections(url) + _negotiation(url) + _service(url) + _metadata(url) + _grids(root)
    held += _transparency(site.base) + _defaults(site.base)
    outside = _limits(site.base, root)
    return f"{held} assertions of metadata and tiles; {outside} requests next to the limits"


SUITE = Gate(
    name="wmts-suite",
    tool=lambda: "own table, after ets-wmts10",
    run=_check,
    faults=(
        Fault(
            "more than the sections asked for",
            "children of the root",
            text("</Capabilities>", "<Themes/></Capabilities>", "sections=Contents"),
        ),
        Fault(
            "the sequence is of no effect",
            "updateSequence",
            target=lambda target: re.sub(r"&updateSequence=[^&]*", "", target),
        ),
        Fault(
            "the sequence is a time",
            "is not an integer",
            text('updateSequence="[^"]*"', 'updateSequence="2024-05-06T07:08:09Z"', "wmts"),
        ),
        Fault(
            "formats are of no effect",
            "type for acceptformats",
            target=lambda target: re.sub(r"&acceptformats=[^&]*", "", target),
        ),
        Fault(
            "addresses without a question mark", "no prefix", text(r'/wmts\?"', '/wmts"', "wmts")
        ),
        Fault(
            "corners in the other order",
            "TopLeftCorner",
            text(r"<TopLeftCorner>(\S+) (\S+)<", r"<TopLeftCorner>\2 \1<", "wmts"),
        ),
        Fault(
            "outside of limits as any wrong value",
            "TileOutOfRange",
            text("TileOutOfRange", "InvalidParameterValue", "GetTile"),
        ),
        Fault("opaque beyond the image", "not transparent", picture(opaque)),
        Fault(
            "frames of no effect",
            "current FRAME|no effect",
            target=lambda target: re.sub(r"&FRAME=\w+", "", target),
        ),
        Fault("services that are none", "nonesuch", status(200, 404, "nonesuch")),
    ),
)
