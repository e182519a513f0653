"""OpenAPI descriptions of parameters that APIs share: an image, and the keys of a view."""

from functools import lru_cache
from typing import Any

from celestile.pixels.image import CFA_VALUES
from celestile.pixels.plane import COLLAPSES
from celestile.render.color import colormaps
from celestile.views import grammar

Document = dict[str, Any]
Schema = dict[str, Any]


def _spelled(key: str) -> Schema:
    """Text, by the one grammar of views."""
    return {"type": "string", "pattern": f"^(?:{grammar.VALUES[key]})$"}


_ABOVE_0: Schema = {"type": "number", "exclusiveMinimum": 0}
_FROM_0: Schema = {"type": "number", "minimum": 0}
_VIEW: dict[str, tuple[Schema, str, Any]] = {
    "view": (_spelled("view"), "a named view; keys beside it override its own", "negative"),
    "hdu": (
        _spelled("hdu"),
        "HDU: its number as astropy counts, EXTNAME, EXTNAME,EXTVER or `mosaic`",
        "SCI,1",
    ),
    "stokes": (
        _spelled("stokes"),
        "Stokes parameter: I, Q, U, V, RR, …, or P (polarized intensity) and PA (angle)",
        "Q",
    ),
    "frame": (_spelled("frame"), "number from 1, or name; a range collapses", "3"),
    "channel": (
        _spelled("channel"),
        "number from 1, or name; a range collapses; not beside mix",
        "100-120",
    ),
    "collapse": (
        {"type": "string", "enum": list(COLLAPSES)},
        "how a range becomes one plane",
        "max",
    ),
    "mix": (
        _spelled("mix"),
        "channels and their colors, each channel once",
        "1:ff0000,2:00ff00",
    ),
    "limits": (
        _spelled("limits"),
        "`vmin,vmax`, minmax, zscale or percentile:p; in a mix also channel:limits joined by `~`",
        "0.1,250",
    ),
    "stretch": (
        _spelled("stretch"),
        "curve between the limits, with an optional parameter",
        "asinh:0.1",
    ),
    "gamma": (_ABOVE_0, "1 leaves the picture as it is", 2.2),
    "contrast": (_FROM_0, "1 leaves the picture as it is", 1.5),
    "bias": ({"type": "number"}, "0.5 leaves the picture as it is", 0.4),
    "saturation": (_FROM_0, "1 leaves the picture as it is", 1.2),
    "cmap": (_spelled("cmap"), "colormap of a single channel; `/api` lists them", "viridis"),
    "invert": ({"type": "string", "enum": ["0", "1"]}, "1 turns black into white", "1"),
    "nan": (
        _spelled("nan"),
        "color of missing pixels: RRGGBB or `transparent`",
        "transparent",
    ),
    "cfa": (
        {"type": "string", "enum": list(CFA_VALUES)},
        "pattern of a color camera, or `none` for its mosaic as it is",
        "rggb",
    ),
    "bits": (
        _spelled("bits"),
        "flags of a quality plane: numbers, ranges and names; `all`, `none`, or `off` for numbers",
        "0-3,SAT",
    ),
}


def query(name: str, schema: Schema, description: str) -> Document:
    """Describe a parameter that may be left out."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def required(name: str, schema: Schema, description: str) -> Document:
    """Describe a parameter that must be given."""
    return {**query(name, schema, description), "required": True}


@lru_cache(maxsize=1)
def shared_parameters() -> dict[str, Document]:
    """Identifier and view, by name."""
    view = {
        key: {**query(key, schema, f"{words[0].upper()}{words[1:]}."), "example": example}
        for key, (schema, words, example) in _VIEW.items()
    }
    # Their names are read from a package that is slow to load.
    view["cmap"]["schema"] = {"type": "string", "enum": list(colormaps())}
    return {
        "id": {
            "name": "id",
            "in": "path",
            "required": True,
            "description": (
                "Identifier of the image, with every reserved character percent-encoded (`/` as"
                " `%2F`); a view may stand behind it: `a%2Fb.fits;frame=3`."
            ),
            "schema": {"type": "string", "minLength": 1},
        },
        **view,
    }
