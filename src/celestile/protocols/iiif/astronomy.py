"""Astronomical facts in info.json: a service of its own type.

The tables below are all there is to it. The JSON-LD context and the page that the server gives are
made from them, and a test holds the documentation to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from celestile.pixels.sky.frames import FRAMES
from celestile.protocols.web.http import base_url, document_response
from celestile.service.service import Subject
from celestile.views.values import format_stretch

TYPE = "AstroImageService"
VERSION = "1.1"
PROFILE = "/iiif/astro/1"
CONTEXT = f"{PROFILE}/context.json"

_DAY = 86400
_FRAME_NAMES = ", ".join(f"`{name}`" for name in FRAMES if name != "unknown")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of the service.

    Parameters
    ----------
    kind : str
        JSON type, in words.
    unit : str
        Of a number; a dash for other values.
    meaning : str
        Its meaning.
    source : str
        Where the value comes from.
    always : bool
        Whether it is always there.
    """

    kind: str
    unit: str = "–"
    meaning: str
    source: str
    always: bool = True


_PAIR = "array of two integers"
_COUNT = "integer"

SERVICE: Mapping[str, Property] = {
    "version": Property(
        kind="string",
        meaning="version of this profile, 1.1; more properties raise the number behind the dot, "
        "any other change the one before it, and the address with it",
        source="Celestile",
    ),
    "hdu": Property(
        kind="string",
        meaning="which part of the file is shown, as the view key `hdu` selects it",
        source="the view; else the first HDU with an image",
    ),
    "unit": Property(
        kind="string",
        meaning="unit of the values of pixels, and of `vmin` and `vmax`; absent where unknown",
        source="BUNIT, spelled as in the FITS standard where that is known",
        always=False,
    ),
    "stokes": Property(
        kind="string",
        meaning="Stokes parameter of the picture: I, Q, U, V, RR, …, P for polarized intensity, PA "
        "for its angle; absent without a Stokes axis",
        source="the view; else the first of the Stokes axis",
        always=False,
    ),
    "frameCount": Property(
        kind=_COUNT, meaning="steps of a sequence", source="files of a sequence, or an axis of time"
    ),
    "channelCount": Property(
        kind=_COUNT,
        meaning="spectral planes or bands",
        source="an axis of the HDU, or the members of a band set",
    ),
    "channelAxis": Property(
        kind="string",
        meaning="`spectral`, `band` or `column`; absent for one channel of no kind",
        source="CTYPE of that axis, the columns of a table, or the configuration",
        always=False,
    ),
    "frameShown": Property(
        kind=_PAIR,
        meaning="first and last frame of the picture, from 1",
        source="the view; else chosen by the server",
    ),
    "stretch": Property(
        kind="string",
        meaning="curve from values to brightness, as in the view key `stretch`",
        source="the view; else chosen by the server from the pixels",
    ),
    "limits": Property(
        kind="array of objects",
        meaning="what is drawn black and white, one for each channel of the picture",
        source="the view; else chosen by the server from the pixels",
    ),
    "sky": Property(
        kind="object",
        meaning="where the image is; absent where its header does not say",
        source="the header's WCS",
        always=False,
    ),
}
"""Of the service itself, beside `id`, `type` and `profile`."""

LIMITS: Mapping[str, Property] = {
    "channelShown": Property(
        kind=_PAIR,
        meaning="first and last channel, from 1; several are collapsed into one picture",
        source="the view; else chosen by the server",
    ),
    "vmin": Property(
        kind="number", unit="`unit`", meaning="value drawn black", source="as `limits`"
    ),
    "vmax": Property(
        kind="number", unit="`unit`", meaning="value drawn white", source="as `limits`"
    ),
}
"""Of an entry of `limits`."""

SKY: Mapping[str, Property] = {
    "coordinateFrame": Property(
        kind="string",
        meaning=f"{_FRAME_NAMES}: what `center` is given in",
        source="RADESYS and CTYPE",
    ),
    "equinox": Property(
        kind="number",
        unit="year",
        meaning="of `fk5`, `fk4` and `ecliptic`; absent elsewhere",
        source="EQUINOX",
        always=False,
    ),
    "projection": Property(
        kind="string", meaning="FITS code of the projection, as TAN-SIP", source="CTYPE"
    ),
    "center": Property(
        kind="array of two numbers",
        unit="degree",
        meaning="longitude and latitude of the center of the image; absent where it is off the sky",
        source="the WCS, distortion included",
        always=False,
    ),
    "pixelScale": Property(
        kind="number",
        unit="arcsecond",
        meaning="side of a square of the area of a pixel near the center; absent as `center`",
        source="the WCS, distortion included",
        always=False,
    ),
    "north": Property(
        kind="number",
        unit="degree",
        meaning="direction of north near the center, counterclockwise from up; absent as `center`",
        source="the WCS, distortion included",
        always=False,
    ),
    "parity": Property(
        kind="integer",
        meaning="1 where east is counterclockwise from north as on the sky seen from inside, "
        "−1 where the image is mirrored",
        source="the WCS",
    ),
}
"""Of `sky`."""

TABLES: Mapping[str, Mapping[str, Property]] = {"": SERVICE, "limits": LIMITS, "sky": SKY}


def describe(subject: Subject) -> dict[str, Any]:
    """Properties of the service for an image in a view; may take long."""
    image = subject.image
    stokes = image.current_stokes
    found: dict[str, Any] = {
        "version": VERSION,
        "hdu": image.hdu,
        "unit": subject.unit,
        "stokes": stokes and stokes.name,
        "frameCount": len(image.frames),
        "channelCount": len(image.channels),
        "channelAxis": image.channel_axis,
        "frameShown": list(subject.components[0].selection.frame),
        "stretch": format_stretch(subject.style.stretch, subject.style.parameter),
        "limits": [
            {
                "channelShown": list(component.selection.channel),
                "vmin": component.limits[0],
                "vmax": component.limits[1],
            }
            for component in subject.components
        ],
        "sky": _sky(subject),
    }
    return {key: value for key, value in found.items() if value not in (None, "")}


def _sky(subject: Subject) -> dict[str, Any] | None:
    image = subject.image
    summary = image.sky.summary()
    if summary["reason"] is not None:
        return None
    center = image.sky.world(image.width / 2, image.height / 2)
    found = {
        "coordinateFrame": summary["frame"],
        "equinox": summary["equinox"],
        "projection": summary["projection"],
        "center": None if center is None else [center.lon, center.lat],
        "pixelScale": summary["scale"],
        "north": summary["north"],
        "parity": summary["parity"],
    }
    return {key: value for key, value in found.items() if value is not None}


def context(base: str) -> dict[str, Any]:
    """JSON-LD context of the service: every property by an address of the profile's page."""
    page = f"{base}{PROFILE}#"
    terms: dict[str, Any] = {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "profile": {"@id": "http://purl.org/dc/terms/conformsTo", "@type": "@id"},
        TYPE: f"{page}{TYPE}",
    }
    for table in TABLES.values():
        for name, found in table.items():
            terms[name] = _term(f"{page}{name}", found)
    return {"@context": terms}


def _term(address: str, found: Property) -> dict[str, Any]:
    term: dict[str, Any] = {"@id": address}
    if found.kind == "number":  # JSON-LD would take 2.0 for an integer
        term["@type"] = f"{_XSD}double"
    if found.kind.startswith("array"):
        term["@container"] = "@list"
    return term


def routes(max_age: int = _DAY) -> list[Route]:
    """Routes of the context, and of a page that explains it."""

    async def respond_context(request: Request) -> Response:
        body = orjson.dumps(context(base_url(request)), option=orjson.OPT_INDENT_2)
        return document_response(request, body, "application/ld+json", max_age)

    async def respond_page(_: Request) -> Response:
        return HTMLResponse(page(), headers={"Cache-Control": f"public, max-age={max_age}"})

    return [Route(CONTEXT, respond_context), Route(PROFILE, respond_page)]


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.3rem 1rem .3rem 0;vertical-align:top;"
    "text-align:left;border-bottom:1px solid #8884}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}"
)


def page() -> str:
    """Write the profile for people."""
    sections = []
    for name, table in TABLES.items():
        title = f"Members of <code>{name}</code>" if name else "Properties"
        rows = "".join(
            f'<tr id="{key}"><td><code>{key}</code></td><td>{_code(found.kind)}</td>'
            f"<td>{_code(found.unit)}</td><td>{_code(found.meaning)}</td>"
            f"<td>{_code(found.source)}</td></tr>"
            for key, found in table.items()
        )
        head = "<tr><th>name<th>type<th>unit<th>meaning<th>source</tr>"
        sections.append(f"<h2>{title}</h2><table>{head}{rows}</table>")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TYPE} {VERSION}</title><style>{_STYLE}</style></head>"
        f'<body><h1 id="{TYPE}">{TYPE} {VERSION}</h1>'
        "<p>A service in the info.json of an image that describes its pixels. Its <code>id</code>"
        " is the address of all facts about the image, in the view that the info.json"
        " describes.</p>"
        f"{''.join(sections)}</body></html>"
    )


def _code(text: str) -> str:
    """Escape a text for HTML; text between backticks is code."""
    parts = escape(text).split("`")
    return "".join(
        f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts)
    )
