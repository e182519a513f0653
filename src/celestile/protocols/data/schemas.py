"""Shapes of all JSON documents below /api, as JSON Schema 2020-12."""

from typing import Any

from celestile.pixels.image import ARRANGEMENTS, CFA_VALUES
from celestile.pixels.plane import COLLAPSES
from celestile.pixels.sky.frames import FRAMES
from celestile.render.request import FORMATS, STRETCHES

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
COLOR: Schema = {"type": "string", "pattern": "^[0-9a-f]{6}$", "description": "RRGGBB"}


def ref(name: str) -> Schema:
    """Mention a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema, **more: Any) -> Schema:
    """List of equal things."""
    return {"type": "array", "items": items, **more}


def maybe(schema: Schema) -> Schema:
    """A schema that also allows null."""
    if "type" in schema and "enum" not in schema and isinstance(schema["type"], str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: Schema, description: str) -> Schema:
    """Describe a schema for people."""
    return {**schema, "description": description}


def record(description: str, /, **members: Schema) -> Schema:
    """Object that has all of its members, always."""
    return {
        "type": "object",
        "description": description,
        "required": list(members),
        "properties": members,
    }


_PAIR = array(NUMBER, minItems=2, maxItems=2)
_SPAN = described(
    array({"type": "integer", "minimum": 1}, minItems=2, maxItems=2),
    "first and last, counted from 1; equal for a single one",
)
_BOX = described(array(COUNT, minItems=4, maxItems=4), "x, y, width, height in pixels")
_LAST = described(COUNT, "last channel of a range; equal to the first for a single one")
_INDEX = described({"type": "integer", "minimum": 1}, "counted from 1")
_TIME = {"type": "string", "format": "date-time"}
_FRAME = described(
    {
        "type": "string",
        "enum": list(FRAMES),
    },
    "frame of the coordinates",
)
_CARD_VALUE: Schema = {"type": ["string", "integer", "number", "boolean", "null"]}
# `prefixItems` would say this, but programs that know an older draft of JSON Schema fail on it.
_CARD = described(
    array(_CARD_VALUE, minItems=3, maxItems=3) | {"x-items": [STRING, _CARD_VALUE, STRING]},
    "keyword, value and comment",
)
_VALUE: Schema = {
    "anyOf": [NUMBER, {"enum": ["Infinity", "-Infinity"]}, {"type": "null"}],
    "description": "null where missing; JSON has no number for infinity",
}

_SERVER: dict[str, Schema] = {
    "Error": record(
        "The error, in a sentence.",
        error=described(STRING, "for people"),
        parameter=described(maybe(STRING), "the parameter at fault, if there is one"),
    ),
    "About": record(
        "The server and its features.",
        name=STRING,
        version=STRING,
        title=STRING,
        colormaps=array(STRING),
        stretches=array({"type": "string", "enum": list(STRETCHES)}),
        formats=array({"type": "string", "enum": list(FORMATS)}),
        download=described(BOOLEAN, "whether FITS files are handed out"),
        start=described(maybe(STRING), "identifier of the image that a viewer should show first"),
        resolver=described(BOOLEAN, "whether the operator has set a name resolver"),
        slash_substitute=described(
            maybe(STRING),
            "characters that stand for a slash within identifiers in addresses, for proxies that "
            "refuse `%2F`; null where that is used",
        ),
    ),
    "Colormaps": {
        "type": "object",
        "description": "A picture of each colormap, 256 by 1 pixels, by its name.",
        "additionalProperties": {"type": "string", "pattern": "^data:image/png;base64,"},
    },
    "Facts": record(
        "Facts from the first header of a file; null where the header has none.",
        object=maybe(STRING),
        filter=described(maybe(STRING), "several are joined by `+`"),
        exposure=described(maybe(NUMBER), "seconds"),
        instrument=maybe(STRING),
        date=described(maybe(_TIME), "start of the exposure, UTC"),
        shape=described(array(COUNT), "NAXISn of the first array; empty if it is in no early HDU"),
        problem=described(maybe(STRING), "why the file is no image, if its first bytes show it"),
    ),
    "Resolved": record(
        "An object from the name resolver; its position is null if it has no such object.",
        name=STRING,
        kind=described(maybe(STRING), "the resolver's code of its type"),
        lon=described(maybe(NUMBER), "right ascension (ICRS), degrees"),
        lat=described(maybe(NUMBER), "declination (ICRS), degrees"),
    ),
    "Entry": record(
        "An image in a list; the file is not opened.",
        id=described(STRING, "identifier"),
        title=STRING,
        bytes=described(maybe(COUNT), "size of the file; null for several files"),
        modified=described(maybe(_TIME), "of the file, UTC"),
        facts=described(maybe(ref("Facts")), "null while the header is not read yet"),
    ),
    "Listing": record(
        "A page of a list of images.",
        total=described(COUNT, "images in the whole list"),
        offset=described(COUNT, "images before the page"),
        folders=described(array(STRING), "subfolders, each to be given as `prefix`"),
        images=array(ref("Entry")),
        headers=described(
            record(
                "Progress of reading headers.",
                read=described(COUNT, "that are read"),
                wanted=described(COUNT, "that the order or the page depends on"),
            ),
            "the list is final once all are read; until then, ask again",
        ),
    ),
}

_IMAGE: dict[str, Schema] = {
    "Hdu": record(
        "Something in the file that can be shown instead.",
        selector=described(STRING, "value of the view key `hdu`"),
        name=described(STRING, "EXTNAME, or a description"),
        version=described(INTEGER, "EXTVER"),
        shape=described(array(COUNT), "slowest axis first"),
        kind={
            "type": "string",
            "enum": ["science", "error", "quality", "weight", "context", "mosaic"],
        },
        default=described(BOOLEAN, "shown by default"),
    ),
    "Channel": record(
        "A spectral plane or a member of a band set.",
        index=_INDEX,
        name=STRING,
        value=described(maybe(NUMBER), "physical coordinate along the axis"),
        unit=maybe(STRING),
        wavelength=described(maybe(NUMBER), "in meters, in vacuum"),
        color=maybe(COLOR),
    ),
    "Stokes": record(
        "A Stokes parameter, a correlation of feeds, or a parameter computed from them.",
        name=described(STRING, "value of the view key `stokes`"),
        title=STRING,
        unit=described(maybe(STRING), "of its values"),
        derived=described(BOOLEAN, "computed from others"),
    ),
    "Frame": record(
        "A step of a sequence.",
        index=_INDEX,
        name=STRING,
        time=described(maybe(STRING), "ISO 8601, UTC"),
    ),
    "Chip": record(
        "A detector's part in a mosaic.",
        name=STRING,
        selector=described(STRING, "view key `hdu` that shows it alone"),
        region=_BOX,
        problem=described(maybe(STRING), "why it is a gap"),
    ),
    "MixMember": record(
        "A channel, or a range of them, and the color that it is mixed with.",
        channel=_INDEX,
        last=_LAST,
        color=COLOR,
    ),
    "AutomaticLimits": record(
        "The automatic limits of a channel, and the parameter of its asinh between them.",
        vmin=NUMBER,
        vmax=NUMBER,
        softening=NUMBER,
    ),
    "ChannelLimits": record(
        "Values that are drawn black and white.",
        channel=_INDEX,
        last=_LAST,
        vmin=NUMBER,
        vmax=NUMBER,
        automatic=described(
            maybe(ref("AutomaticLimits")),
            "basis of the parameter of the automatic asinh; null if a view gives the "
            "stretch, or if the automatic one has no parameter",
        ),
    ),
    "Automatic": record(
        "The picture when nothing is requested but the HDU and the Stokes parameter.",
        frame=_INDEX,
        channel=_INDEX,
        lastChannel=_LAST,
        mix=described(array(ref("MixMember")), "empty where channels are not mixed by themselves"),
        stretch=described(STRING, "name, with a parameter behind a colon"),
        cmap=STRING,
    ),
    "Shown": record(
        "The view in numbers: those of the request, and those that the server chose.",
        stokes=described(maybe(STRING), "Stokes parameter; null without a Stokes axis"),
        frame=_SPAN,
        channel=_SPAN,
        collapse={"type": "string", "enum": list(COLLAPSES)},
        stretch=described(STRING, "name, with a parameter behind a colon"),
        gamma=NUMBER,
        contrast=NUMBER,
        bias=NUMBER,
        saturation=NUMBER,
        cmap=STRING,
        invert=BOOLEAN,
        nan=described(maybe(STRING), "color of missing pixels, or `transparent`"),
        bits=described(
            maybe(array(COUNT)), "numbers of the flags that are drawn; null: numbers are drawn"
        ),
        mix=described(array(ref("MixMember")), "empty where one channel is shown"),
        limits=array(ref("ChannelLimits"), minItems=1),
    ),
    "Flag": record(
        "A bit or a code of a quality plane.",
        number=described(COUNT, "of the bit, from 0; or the code"),
        name=STRING,
        description=described(STRING, "in words; may be empty"),
        color=COLOR,
        seen=described(
            BOOLEAN,
            "whether a pixel has it; of a large image without a pyramid, rows are examined",
        ),
    ),
    "Flags": record(
        "The meaning of the numbers of a quality plane.",
        kind={"type": "string", "enum": ["bits", "codes"]},
        items=array(ref("Flag")),
    ),
    "FlagName": record("A flag that is set in a pixel.", number=COUNT, name=STRING),
    "NamedView": record(
        "A view that the operator gave a name.",
        name=STRING,
        title=STRING,
        view=described(STRING, "keys and values joined by `;`"),
    ),
    "Tile": record(
        "Of the pyramid.",
        size=COUNT,
        levels=COUNT,
        provisional=described(
            BOOLEAN,
            "whether pictures may be coarse (and `no-store`) until `ready` answers, for the first "
            "time that the image is looked at",
        ),
    ),
    "Image": record(
        "An image in one of its views.",
        id=STRING,
        title=STRING,
        width={"type": "integer", "minimum": 1},
        height={"type": "integer", "minimum": 1},
        unit=described(maybe(STRING), "BUNIT, or the unit of the Stokes parameter shown"),
        hdu=described(STRING, "selector of the HDU shown"),
        hdus=array(ref("Hdu"), minItems=1),
        stokes=described(
            array(ref("Stokes")), "of the Stokes axis, then those computed; empty without an axis"
        ),
        channelAxis={"type": "string", "enum": ["spectral", "band", "column", ""]},
        channels=array(ref("Channel"), minItems=1),
        frames=array(ref("Frame"), minItems=1),
        chips=array(ref("Chip")),
        arrangement=described(
            maybe({"type": "string", "enum": list(ARRANGEMENTS)}),
            "how the chips of a mosaic are placed; null without chips",
        ),
        topDown=described(
            BOOLEAN, "whether FITS row 1 is at the top (ROWORDER), and not at the bottom as usual"
        ),
        members=described(
            array(STRING),
            "identifiers of the files of a set such as `bands:a.fits|b.fits`, one for each channel "
            "or frame; empty for other images",
        ),
        cfa=described(
            maybe({"type": "string", "enum": list(CFA_VALUES)}),
            "pattern of the camera's mosaic that is shown in colors; none: it is shown as it is; "
            "null: the image cannot be a mosaic",
        ),
        cfaDefault=described(
            maybe({"type": "string", "enum": list(CFA_VALUES)}), "what the header says"
        ),
        flags=described(maybe(ref("Flags")), "of a quality plane; null for other images"),
        view=described(STRING, "the view asked for in its shortest spelling; empty: automatic"),
        automatic=ref("Automatic"),
        shown=ref("Shown"),
        views=array(ref("NamedView")),
        notes=described(array(STRING), "remarks: chips left out, headers repaired"),
        sky=ref("Sky"),
        tile=ref("Tile"),
        maxWidth=described(INTEGER, "largest picture that is sent"),
        maxHeight=INTEGER,
        maxArea=maybe(INTEGER),
        iiif=described(STRING, "IIIF Image API 3.0 service"),
        wmts=described(STRING, "WMTS capabilities with this image alone"),
    ),
}

_EQUINOX = described(maybe(NUMBER), "year, Besselian for FK4; null for a frame without equinox")

_SKY: dict[str, Schema] = {
    "World": record(
        "A place on the sky, in degrees.",
        lon=NUMBER,
        lat=NUMBER,
        frame=_FRAME,
        equinox=_EQUINOX,
    ),
    "SkyPosition": record(
        "A place on the sky, in degrees, or null.",
        lon=maybe(NUMBER),
        lat=maybe(NUMBER),
        frame=_FRAME,
        equinox=_EQUINOX,
        reason=described(maybe(STRING), "why there is no position"),
    ),
    "SkyGrid": record(
        "Unit vectors at the nodes of a grid; 4-point Lagrange interpolation between them is exact "
        "to 0.01 pixels in valid cells.",
        name=described(maybe(STRING), "of the chip"),
        region=_BOX,
        nx=COUNT,
        ny=COUNT,
        x0=described(NUMBER, "of the first node"),
        y0=NUMBER,
        dx=described(NUMBER, "from node to node"),
        dy=NUMBER,
        vectors=described(array(maybe(NUMBER)), "ny × nx × 3; null off the sky"),
        valid=described(
            {"type": "string", "pattern": "^[01]*$"}, "(ny − 1) × (nx − 1) cells, by rows"
        ),
    ),
    "Mesh": record(
        "Unit vectors at the nodes of a mesh.",
        frame=_FRAME,
        nx=COUNT,
        ny=COUNT,
        x0=described(NUMBER, "of the first node"),
        y0=NUMBER,
        dx=described(NUMBER, "from node to node"),
        dy=NUMBER,
        vectors=described(array(maybe(NUMBER)), "ny × nx × 3; null off the sky"),
        borders=described(array(ref("MeshBorder")), "where the sky ends between two nodes"),
    ),
    "MeshBorder": record(
        "The end of the sky between a node and a neighbor.",
        row=COUNT,
        column=COUNT,
        down=described(BOOLEAN, "whether the neighbor is below, not to the right"),
        fraction=described(NUMBER, "of the way to the neighbor"),
        vector=array(NUMBER, minItems=3, maxItems=3),
    ),
    "Linear": record(
        "Coordinates that are not of the sky: origin + matrix · (x, y).",
        names=array(STRING, minItems=2, maxItems=2),
        units=array(STRING, minItems=2, maxItems=2),
        origin=_PAIR,
        matrix=array(_PAIR, minItems=2, maxItems=2),
    ),
    "Sky": record(
        "Where the pixels are. Pixel coordinates are continuous; 0, 0 is the corner of the top "
        "left pixel.",
        frame=_FRAME,
        frameTitle=described(maybe(STRING), "for people, with the equinox: FK5 J2015.5"),
        reason=described(maybe(STRING), "why there are no coordinates"),
        names=described(array(STRING, minItems=2, maxItems=2), "of longitude and latitude"),
        projection=maybe(STRING),
        scale=described(maybe(NUMBER), "arcseconds per pixel at the center"),
        north=described(maybe(NUMBER), "degrees from up, counterclockwise"),
        parity={"type": "integer", "enum": [1, -1]},
        equinox=_EQUINOX,
        grids=described(array(ref("SkyGrid")), "one, or one for each chip"),
        linear=maybe(ref("Linear")),
    ),
}

_VALUES: dict[str, Schema] = {
    "Header": record(
        "Header of an HDU: the one shown, or the one that `hdu` selects, with an image or without.",
        hdu=described(STRING, "index of the HDU"),
        cards=described(array(_CARD), "in the order of the file"),
        primary=described(array(_CARD), "the primary header, for another HDU of the file"),
        hdus=described(array(ref("HduHeader")), "all HDUs of the file"),
    ),
    "HduHeader": record(
        "An HDU of a file, with an image or without.",
        index=described({"type": "integer", "minimum": 0}, "as astropy counts"),
        name=described(STRING, "EXTNAME; empty if absent"),
        version=described({"type": "integer"}, "EXTVER"),
        kind=described(STRING, "PRIMARY, IMAGE, TABLE or BINTABLE"),
    ),
    "ChannelValue": record(
        "A value at full precision.",
        channel=_INDEX,
        name=STRING,
        frame=_INDEX,
        value=described(_VALUE, "physical value, in `unit`; null where missing"),
        raw=described(_VALUE, "the number as stored in the file; null if there is none"),
        unit=maybe(STRING),
        stokes=described(maybe(STRING), "Stokes parameter; null without a Stokes axis"),
    ),
    "Value": record(
        "A pixel.",
        x=COUNT,
        y=COUNT,
        chip=described(maybe(STRING), "that the pixel belongs to"),
        flags=described(maybe(array(ref("FlagName"))), "set flags; null for images without"),
        values=array(ref("ChannelValue"), minItems=1),
        world=maybe(ref("World")),
    ),
    "PlaneStatistics": record(
        "Numbers about the values of a plane; null where it holds none.",
        channel=_INDEX,
        frame=_INDEX,
        min=maybe(NUMBER),
        max=maybe(NUMBER),
        mean=maybe(NUMBER),
        median=maybe(NUMBER),
        std=maybe(NUMBER),
        valid=described(
            {"type": "number", "minimum": 0, "maximum": 1}, "share of pixels with a value"
        ),
        exact=described(BOOLEAN, "of every pixel, not of a sample"),
        range_exact=described(
            BOOLEAN, "whether min and max are those of every pixel, as once a pyramid is built"
        ),
        zscale=described(_PAIR, "limits by the zscale rule"),
        histogram=record("About the limits.", edges=_PAIR, counts=array(COUNT)),
    ),
    "Statistics": record("Of each plane shown.", planes=array(ref("PlaneStatistics"), minItems=1)),
    "Profiles": record(
        "Values along a line, of each plane shown.",
        length=described(NUMBER, "in pixels"),
        unit=maybe(STRING),
        profiles=array(
            record(
                "Of one plane.",
                channel=_INDEX,
                frame=_INDEX,
                values=described(array(maybe(NUMBER)), "from start to end; null where missing"),
            ),
            minItems=1,
        ),
    ),
    "RegionStatistics": record(
        "Of each plane shown; numbers are null where no pixel has a finite value.",
        region=_BOX,
        unit=maybe(STRING),
        planes=array(
            record(
                "Of one plane.",
                channel=_INDEX,
                frame=_INDEX,
                pixels=COUNT,
                valid=described(COUNT, "pixels with a finite value"),
                sum=maybe(NUMBER),
                mean=maybe(NUMBER),
                median=maybe(NUMBER),
                std=maybe(NUMBER),
                min=maybe(NUMBER),
                max=maybe(NUMBER),
            ),
            minItems=1,
        ),
    ),
    "Spectrum": record(
        "Values of a pixel, one for each channel.",
        x=COUNT,
        y=COUNT,
        frame=_INDEX,
        stokes=described(maybe(STRING), "Stokes parameter; null without a Stokes axis"),
        unit=maybe(STRING),
        values=described(array(maybe(NUMBER)), "in the channels' order; null where missing"),
    ),
    "SamplesHeader": record(
        "The header of samples, before the codes.",
        region=_BOX,
        size=described(array(COUNT, minItems=2, maxItems=2), "columns and rows of each plane"),
        final=described(BOOLEAN, "false for codes of part of the pixels, which must not be kept"),
        shown=described(ref("Shown"), "the view in effect"),
        planes=array(
            record(
                "A plane, in the order of the codes.",
                channel=_SPAN,
                frame=_SPAN,
                knots=described(
                    array(NUMBER, minItems=2),
                    "ascending values of the codes from 2 to 65534 in equal steps; those of the"
                    " codes between them are interpolated",
                ),
                ranks=described(
                    array({"type": "number", "minimum": 0, "maximum": 1}, minItems=2),
                    "share of the values of the whole plane that are below each knot",
                ),
            ),
            minItems=1,
        ),
    ),
    "Ready": record("Pictures of the view are final.", ready=BOOLEAN),
    "Position": record(
        "Continuous pixel coordinates; 0, 0 is the corner of the top left pixel.",
        x=NUMBER,
        y=NUMBER,
    ),
}

SCHEMAS: dict[str, Schema] = {**_SERVER, **_IMAGE, **_SKY, **_VALUES}
"""By name; `openapi` puts them into its components."""
