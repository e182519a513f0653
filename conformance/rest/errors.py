"""The table of errors by path: for each wrong request the status, and what its answer must say.

From the text of the standards, without regard to the implementation: IIIF Image API 3.0 and 2.1.1,
OGC WMTS 1.0.0 (07-057r7), OGC API - Tiles 1.0 (20-057), HiPS 1.0, and RFC 9110.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import web
from faults import Fault, header, status, text
from gate import Gate, Site, demand, equal
from images import CUBE, FIELD
from ogcapi.service import PIXELS, collection, document, linked, tileset
from wmts.service import fill, layer, tile_template

SIZE = "1031 x 769"
METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Row:
    """A wrong request.

    Parameters
    ----------
    section : str
        Of the standard that says so.
    url : str
        The request.
    status : tuple of int
        Those that the standard allows.
    says : tuple of str
        What the answer must name: what was wrong, and what is allowed.
    method : str
        Of HTTP.
    accept : str or None
        Header of that name.
    """

    section: str
    url: str
    status: tuple[int, ...]
    says: tuple[str, ...] = ()
    method: str = "GET"
    accept: str | None = None


REGIONS = ("full, square, x,y,w,h or pct:x,y,w,h",)
EXTENT = ("at least 1", SIZE)
SIZES_3 = ("max", "pct:n", "w,h", "!w,h", "^")
SIZES_2 = ("full", "max", "pct:n", "w,h", "!w,h")
ANGLES = ("0 to 360", "!")
QUALITIES = ("default, color, gray, bitonal",)
FORMATS = ("jpg, png, webp, tif, gif, pdf",)

# Section of Image API 3.0 and 2.1.1; "full/max/0/default.jpg" with one thing wrong; what the
# answer says.
BOTH: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *(("4.1", f"{bad}/max/0/default.jpg", REGIONS) for bad in (
        "bogus", "FULL", "0,0,10", "0,0,10,10,10", "-1,0,10,10", "+1,0,10,10", "0.5,0,10,10",
        "0,0,1e1,10", "a,b,c,d", "pct:0,0,10", "pct:-1,0,10,10", "pct:1e1,0,10,10", "pct:a,0,1,1",
        "full,", "%20full", "0,0,10,10%0A")),
    *(("4.1", f"{bad}/max/0/default.jpg", EXTENT) for bad in (
        "0,0,0,10", "0,0,10,0", "0,0,0,0", "pct:0,0,0,10", "pct:0,0,10,0.0")),
    *(("4.1", f"{bad}/max/0/default.jpg", ("outside", SIZE)) for bad in (
        "1031,0,1,1", "0,769,1,1", "99999999999,0,1,1", "pct:100,0,1,1", "pct:0,100.1,1,1")),
    *(("4.2", f"full/{bad}/0/default.jpg", ()) for bad in (
        "bogus", "MAX", ",", "10", "10,10,10", "-10,10", "+10,10", "10.5,", "1e1,", "pct:",
        "pct:-5", "pct:1e1", "!10", "!10,", "!,10", "max,", "0,", ",0", "0,0", "!0,5", "!5,0",
        "pct:0", "pct:0.001", "5000,", ",5000", "999999999999999,1")),
    *(("4.3", f"full/max/{bad}/default.jpg", ANGLES) for bad in (
        "bogus", "-1", "+90", "361", "360.1", "1e2", "90!", "!", "!!90", "!-1", "NaN", "inf",
        "9,0")),
    *(("4.4", f"full/max/0/{bad}.jpg", QUALITIES) for bad in (
        "bogus", "DEFAULT", "grey", "native", "gray%20", "colour", "default%2F")),
    *(("4.5", f"full/max/0/default.{bad}", FORMATS) for bad in (
        "bogus", "JPG", "jpeg", "tiff", "svg", "fits", "jpg%20")),
    *(("4.5", f"full/max/0/{bad}", ("quality.format",)) for bad in (
        "default", "default.", ".jpg", "default.jpg.png")),
)  # fmt: skip

# Malformed where it stands in only one of the versions, or out of bounds there alone.
ONLY_3 = ("full", "1032,", ",770", "1031,770", "pct:101", "^", "^^max", "^0,", "^full")
ONLY_2 = ("^max", "^100,", "^!10,10")

UNKNOWN = (
    "nothing.fits/info.json", "nothing.fits/full/max/0/default.jpg", "{name}/info.xml",
    "{name}/full/max/0", "{name}/full/max/0/default.jpg/x", "prime/field.fits/info.json",
    "%FF%FE/info.json", "..%2Fcelestile.yaml/info.json", "",
)  # fmt: skip
VIEWS = ("cmap=bogus", "gamma=x", "frame=99", "hdu=77", "limits=", "view=none")


def _iiif(base: str) -> Iterator[Row]:
    yield from _parameters(base)
    yield from _images(base)


def _parameters(base: str) -> Iterator[Row]:
    name = web.segment(FIELD)
    for version in (3, 2):
        root = f"{base}/iiif/{version}/{name}"
        for section, path, says in BOTH:
            yield Row(f"Image {version}, {section}", f"{root}/{path}", (400,), says)
    for bad in ONLY_3:
        yield Row("Image 3, 4.2", f"{base}/iiif/3/{name}/full/{bad}/0/default.jpg", (400,))
    for bad in ONLY_2:
        address = f"{base}/iiif/2/{name}/full/{bad}/0/default.jpg"
        yield Row("Image 2, 4.2", address, (400,), SIZES_2)
    yield Row("Image 3, 4.2", f"{base}/iiif/3/{name}/full/bogus/0/default.jpg", (400,), SIZES_3)
    # Beyond the limits that info.json tells (section 5.2): 400.
    for size in ("^5000,", "^,5000", "^5000,5000", "^pct:900"):
        address = f"{base}/iiif/3/{name}/full/{size}/0/default.jpg"
        yield Row("Image 3, 4.2 and 5.2", address, (400,), ("4096",))


def _images(base: str) -> Iterator[Row]:
    name = web.segment(FIELD)
    for version in (3, 2):
        root = f"{base}/iiif/{version}"
        section = f"Image {version}, 7.2"
        for path in UNKNOWN:
            yield Row(section, f"{root}/{path.format(name=name)}", (404,))
        for view in VIEWS:
            for rest in ("info.json", "full/max/0/default.jpg"):
                key = view.partition("=")[0]
                yield Row(section, f"{root}/{name};{view}/{rest}", (400, 404), (key,))
        for method in ("POST", "PUT", "DELETE"):
            yield Row("RFC 9110, 15.5.6", f"{root}/{name}/info.json", (405,), (), method)
    yield Row("Image 3, 2", f"{base}/iiif/4/{name}/info.json", (404,))


TILE = ("TileMatrixSet", "TileMatrix", "TileRow", "TileCol", "Style")


def _wmts(base: str) -> Iterator[Row]:
    of, cube = layer(base, FIELD), layer(base, CUBE)
    right = {"TileMatrixSet": of.matrix_set, "TileMatrix": of.finest.identifier}
    right |= {"TileRow": "1", "TileCol": "2", "Style": of.style}
    section = "WMTS 10.2.2 and table 24"
    for name in TILE:
        bad = ["Bogus"]
        bad += ["4711", "-1", "1.5", "1e1", "%2B1"] if name in {"TileRow", "TileCol"} else []
        for value in bad:
            address = fill(of.template, **(right | {name: "VALUE"})).replace("VALUE", value)
            yield Row(section, address, (400, 404), (name.lower(),))
    address = fill(of.template, **right)
    yield Row(section, address.replace(".png", ".bmp"), (400, 404))
    yield Row(section, address.replace(web.segment(FIELD), "nothing.fits"), (400, 404), ("layer",))
    yield Row(section, f"{address}?cmap=bogus", (400,), ("cmap",))
    for name in cube.dimensions:
        values = dict.fromkeys(cube.dimensions, "default") | {name: "4711"}
        place = {"TileMatrixSet": cube.matrix_set, "TileMatrix": cube.finest.identifier}
        place |= {"TileRow": "0", "TileCol": "0", "Style": cube.style}
        address = fill(cube.template, **(place | values))
        yield Row(f"WMTS 10.2.2, dimension {name}", address, (400, 404), (name.lower(),))
    info = tile_template(of).removesuffix(".png")
    section = "WMTS 10.3.2 and table 30"
    point = fill(info, TileMatrix=of.finest.identifier, TileRow=1, TileCol=2)
    for j, i, ending, says in (
        ("4711", "0", "json", "j"), ("0", "4711", "json", "i"), ("-1", "0", "json", "j"),
        ("0", "-1", "json", "i"), ("a", "0", "json", "j"), ("0", "1.5", "json", "i"),
        ("0", "0", "bmp", ""),
    ):  # fmt: skip
        yield Row(section, f"{point}/{j}/{i}.{ending}", (400, 404), (says,))
    outside = fill(info, TileMatrix=of.finest.identifier, TileRow=4711, TileCol=0)
    yield Row(section, f"{outside}/0/0.json", (400, 404), ("tilerow",))
    rest = f"{base}/wmts/1.0.0"
    for path in ("WMTSCapabilities.xml/Bogus", "Bogus", "", f"{web.segment(FIELD)}/default"):
        yield Row("WMTS 10.1.2", f"{rest}/{path}", (404,))
    yield Row("WMTS 10.1.2", f"{base}/wmts/2.0.0/WMTSCapabilities.xml", (404,))
    accept = "image/x-none"
    yield Row("RFC 9110, 15.5.7", f"{rest}/WMTSCapabilities.xml", (406,), accept=accept)
    for method in ("PUT", "DELETE"):
        yield Row("RFC 9110, 15.5.6", address, (405,), (), method)


def _ogcapi(base: str) -> Iterator[Row]:
    image = collection(base, "field.fits").partition("?")[0]
    found = tileset(image, PIXELS).partition("?")[0]
    identifier = document(found)["tileMatrixSetURI"].rpartition("/")[2]
    core = "Tiles, /req/core/tc-error"
    for place in ("99/0/0", "Bogus/0/0", "0/1/0", "0/0/1", "0/-1/0", "0/0/-1", "0/a/0", "0/0/1.5",
                  "0/99999999999999999999/0"):  # fmt: skip
        yield Row(core, f"{found}/{place}", (400, 404))
    yield Row(core, f"{found.replace(identifier, 'Bogus')}/0/0/0", (404,))
    yield Row("Tiles, 7.1", found.replace(identifier, "Bogus"), (404,))
    yield Row("Common 1, 8.2", f"{found}/0/0/0?f=bogus", (400,), ("png", "jpg", "webp"))
    yield Row("RFC 9110, 15.5.7", f"{found}/0/0/0", (406,), accept="application/x-none")
    yield Row("Common 1, 8.2", f"{image}?f=bogus", (400,), ("json",))
    yield Row("Tiles, 10", f"{image}/styles/bogus/map/tiles", (404,), ("bogus",))
    for path in ("collections/nothing.fits", "collections/nothing.fits/map/tiles", "bogus",
                 "tileMatrixSets/Bogus", "collections/%FF"):  # fmt: skip
        yield Row("Common 1, 8.5", f"{base}/ogc/{path}", (404,))
    for query in ("limit=0", "limit=x", "limit=-1", "offset=-1", "offset=x"):
        name = query.partition("=")[0]
        yield Row("Common 2, limit", f"{base}/ogc/collections?{query}", (400,), (name,))
    yield Row("Common 1, 8.4", f"{found}/0/0/0?cmap=bogus", (400,), ("cmap",))
    for method in ("POST", "DELETE"):
        yield Row("RFC 9110, 15.5.6", linked(document(f"{base}/ogc"), "data"), (405,), (), method)


def _hips(base: str) -> Iterator[Row]:
    root = f"{base}/hips/{web.segment('sky/equatorial.fits')}"
    for path in (
        "Norder3/Dir0/Npix9999999999.png", "Norder3/Dir0/Npix768.png", "Norder3/Dir10000/Npix1.png",
        "Norder30/Dir0/Npix0.png", "Norder99/Dir0/Npix0.png", "Norder3/Dir0/Npix-1.png",
        "Norder3/Dir0/Npix0.bmp", "Norder3/Dir0/Npixa.png", "Norder3/Npix0.png",
        "Norder4/Allsky.png",
        "Norder3/Allsky.bmp", "Moc.png", "Bogus", "Norder3/Dir0/Npix0.png/x",
    ):  # fmt: skip
        yield Row("HiPS 4.1 and 4.3", f"{root}/{path}", (404,))
    nothing = f"{base}/hips/nothing.fits"
    for path in ("properties", "Moc.fits", "Norder3/Dir0/Npix0.png"):
        yield Row("HiPS 4.4", f"{nothing}/{path}", (404,))
    # What is nowhere on the sky cannot be a survey.
    yield Row("HiPS 4.4", f"{base}/hips/{web.segment(FIELD)}/properties", (404,), ("sky",))
    yield Row("HiPS 4.1", f"{root}/Norder3/Allsky.png?cmap=bogus", (400,), ("cmap",))
    for query in ("limit=x", "offset=-1"):
        name = query.partition("=")[0]
        yield Row("HiPS 5", f"{base}/hips/hipslist?{query}", (400,), (name,))
    yield Row("RFC 9110, 15.5.6", f"{root}/properties", (405,), (), "POST")


def _complaint(row: Row) -> str:
    headers = {"Accept": row.accept} if row.accept else {}
    answer = web.fetch(row.url, method=row.method, headers=headers)
    asked = f"{row.section}: {row.method} {row.url}"
    if answer.status not in row.status:
        wanted = " or ".join(map(str, row.status))
        return f"{asked}: {answer.status}, wanted {wanted}: {answer.text[:120]!r}"
    allowed = answer.headers.get("allow", "")
    if row.status == (405,) and not set(allowed.replace(" ", "").split(",")) >= METHODS:
        return f"{asked}: 405 with Allow: {allowed}"
    said = answer.text.lower()
    lacking = [word for word in row.says if word.lower() not in said]
    if lacking:
        return f"{asked}: does not say {lacking}: {answer.text[:200]!r}"
    if answer.media_type.startswith("image/") or not said.strip():
        return f"{asked}: no sentence, but {answer.media_type}"
    if "json" in answer.media_type:
        json.loads(answer.body)
    return ""


def _check(site: Site) -> str:
    rows = [*_iiif(site.base), *_wmts(site.base), *_ogcapi(site.base), *_hips(site.base)]
    complaints = [complaint for row in rows if (complaint := _complaint(row))]
    demand(not complaints, f"{len(complaints)} of {len(rows)}:\n" + "\n".join(complaints))
    healthy = f"{site.base}/iiif/3/{web.segment(FIELD)}/full/max/0/default.jpg"
    equal(f"status of {healthy}", web.fetch(healthy).status, 200)
    return f"{len(rows)} wrong requests by path: status, and a sentence that says what is allowed"


REST_ERRORS = Gate(
    name="rest-errors",
    tool=lambda: "own table: IIIF, WMTS, OGC API, HiPS",
    run=_check,
    faults=(
        Fault(
            "malformed regions as 404",
            r"Image \d, 4.1.*404, wanted 400",
            status(404, 400, "bogus/max"),
        ),
        Fault("422 in place of 400", "422, wanted 400", status(422, 400)),
        Fault("WMTS errors with status 200", "WMTS.*200, wanted", status(200, 400, "/wmts/")),
        Fault("unknown tilesets found", "Tiles.*200, wanted 404", status(200, 404, "/ogc/")),
        Fault("tiles outside as empty answers", "HiPS.*204, wanted", status(204, 404, "/hips/")),
        Fault("a method is kept back", "405 with Allow", header("allow", "GET, HEAD")),
        Fault("no word of what is allowed", "does not say", text("at least 1", "more", "iiif")),
    ),
)
