"""Text that viewers show beside the picture: facts, header cards, rights, provider."""

import re
from typing import Any

from celestile.pixels.image import Card, Image
from celestile.protocols.iiif.presentation.contents import Contents
from celestile.protocols.iiif.presentation.language import LanguageMap, english, untranslated
from celestile.service.service import ServiceOptions

Pair = dict[str, LanguageMap]

# Of each line the first keyword that the header has; the most requested first.
_SELECTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Object", ("OBJECT", "TARGNAME")),
    ("Telescope", ("TELESCOP",)),
    ("Instrument", ("INSTRUME",)),
    ("Detector", ("DETECTOR",)),
    ("Filter", ("FILTER", "FILTER1", "FILTNAM1", "FILTERS")),
    ("Wavelength", ("WAVELNTH",)),
    ("Date of observation", ("DATE-OBS", "DATE_OBS", "DATEOBS")),
    ("Exposure time in seconds", ("EXPTIME", "EXPOSURE", "TEXPTIME")),
    ("Observer", ("OBSERVER", "PR_INV_L")),
    ("Proposal", ("PROPOSID", "PROPID")),
    ("Origin", ("ORIGIN",)),
    ("Author", ("AUTHOR",)),
    ("Reference", ("REFERENC",)),
)
_EMPTY = {"", "UNKNOWN", "N/A", "NONE", "NULL"}

#   xsd:dateTime; "MUST include a time zone" (Presentation 3.0, section 3.1)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

# "The value MUST be a string … drawn from the set of Creative Commons license URIs, the
# RightsStatements.org rights statement URIs" (section 3.1), both of which begin with http:
_RIGHTS = re.compile(
    r"https?://(creativecommons\.org/(?:licenses|publicdomain)/|rightsstatements\.org/vocab/)"
)
_SEVERAL = {
    "spectral": "spectral channels",
    "band": "bands",
    "column": "columns",
}


def metadata(contents: Contents, primary: tuple[Card, ...], options: ServiceOptions) -> list[Pair]:
    """List facts about an image and selected header cards.

    Parameters
    ----------
    contents : Contents
        The image.
    primary : tuple of Card
        Header that its HDUs have in common.
    options : ServiceOptions
        The operator's options.
    """
    image = contents.image
    pairs = [
        _pair("Size", english(f"{image.width} × {image.height} pixels")),
        *_cards(image.cards + primary),
    ]
    if image.unit:
        pairs.append(_pair("Unit", untranslated(image.unit)))
    if image.stokes:
        parameters = ", ".join(image.measured_stokes)
        pairs.append(_pair("Stokes parameters", untranslated(parameters)))
    if len(image.channels) > 1:
        kind = _SEVERAL.get(image.channel_axis, "channels")
        pairs.append(_pair("Channels", english(f"{len(image.channels)} {kind}")))
    if len(image.frames) > 1:
        pairs.append(_pair("Frames", english(_frames(image))))
    if len(contents.groups) > 1:
        names = [f"{c.selector}: {hdu_title(image, c.selector)}" for c in image.hdus]
        pairs.append(_pair("HDUs", untranslated(*names)))
    place = _place(image)
    if place:
        pairs.append(_pair("Center", english(place)))
    notes = [*image.notes, *image.sky.notes, *contents.left_out]
    if notes:
        pairs.append(_pair("Notes", english(*notes)))
    if options.rights and not rights(options):
        pairs.append(_pair("Rights", untranslated(options.rights)))
    return pairs


def _pair(label: str, value: LanguageMap) -> Pair:
    return {"label": english(label), "value": value}


def _cards(cards: tuple[Card, ...]) -> list[Pair]:
    values: dict[str, str] = {}
    for card in cards:
        value = "" if card.value is None else str(card.value).strip()
        if value.upper() not in _EMPTY:
            values.setdefault(card.keyword, value)
    found = []
    for label, keywords in _SELECTED:
        given = next((values[keyword] for keyword in keywords if keyword in values), None)
        if given is not None:
            found.append(_pair(label, untranslated(given)))
    return found


def hdu_title(image: Image, selector: str) -> str:
    """Name of an HDU, with its version where several share the name."""
    chosen = next((choice for choice in image.hdus if choice.selector == selector), None)
    if chosen is None:
        return selector
    shared = sum(choice.name == chosen.name for choice in image.hdus) > 1
    return f"{chosen.name},{chosen.version}" if shared else chosen.name


def _frames(image: Image) -> str:
    first, last = image.frames[0].time, image.frames[-1].time
    span = f", {first} to {last}" if first and last else ""
    return f"{len(image.frames)}{span}"


def _place(image: Image) -> str:
    world = image.sky.world(image.width / 2, image.height / 2)
    if world is None:
        return ""
    return f"{world.lon:.6f}°, {world.lat:+.6f}° ({world.frame})"


def summary(image: Image) -> str:
    """Sum up an image in a line."""
    facts = [f"{image.width} × {image.height} pixels"]
    if len(image.measured_stokes) > 1:
        facts.append(f"Stokes {', '.join(image.measured_stokes)}")
    if len(image.channels) > 1:
        facts.append(f"{len(image.channels)} {_SEVERAL.get(image.channel_axis, 'channels')}")
    if len(image.frames) > 1:
        facts.append(f"{len(image.frames)} frames")
    if image.chips:
        facts.append(f"{len(image.chips)} chips")
    return f"FITS image of {', '.join(facts)}"


def nav_date(time: str | None) -> str | None:
    """Date as navDate has it; None where it is not known to the second."""
    return time if time and _DATE_TIME.fullmatch(time) else None


def rights(options: ServiceOptions) -> str | None:
    """URI of a license in the only spelling that the specification knows; None for others."""
    match = _RIGHTS.match(options.rights or "")
    if match is None or options.rights is None:
        return None
    return f"http://{match[1]}{options.rights[match.end() :]}"


def credits_of(options: ServiceOptions, base: str) -> dict[str, Any]:
    """Rights, statement and provider, as the operator gave them."""
    found: dict[str, Any] = {}
    licence = rights(options)
    if licence:
        found["rights"] = licence
    if options.attribution:
        found["requiredStatement"] = {
            "label": english("Attribution"),
            "value": untranslated(options.attribution),
        }
    if options.provider:
        home = options.provider_url or f"{base}/"
        label = untranslated(options.provider)
        found["provider"] = [
            {
                "id": home,
                "type": "Agent",
                "label": label,
                "homepage": [
                    {"id": home, "type": "Text", "label": label, "format": "text/html"},
                ],
            }
        ]
    return found
