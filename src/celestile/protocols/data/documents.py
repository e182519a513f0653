"""JSON documents about an image: its structure, its view, its values."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import zip_longest
from typing import Any

from celestile.geometry import Levels
from celestile.pixels.display.first_view import FirstView
from celestile.pixels.display.limits import Sample, histogram, statistics, zscale
from celestile.pixels.image import Card, Image
from celestile.pixels.sources.headers import FoundHeader
from celestile.protocols.data.flags import flag_document, flags_at
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.render.request import Component, Style
from celestile.service.service import ComponentValue, NamedView, Service, Subject
from celestile.views.picks import mixed_numbers
from celestile.views.values import format_number
from celestile.views.view import canonical

Document = dict[str, Any]


def metadata(
    service: Service, subject: Subject, automatic: Subject, iiif: str, wmts: str
) -> Document:
    """Describe an image in one of its views.

    Parameters
    ----------
    service : Service
        For named views and limits.
    subject : Subject
        The image and the view.
    automatic : Subject
        The same image in its automatic view.
    iiif, wmts : str
        Addresses of its services.
    """
    image, options = subject.image, service.options
    levels = Levels(image.width, image.height, options.tile_size)
    return {
        "id": image.identifier,
        "title": image.title,
        "width": image.width,
        "height": image.height,
        "unit": subject.unit,
        **_structure(image),
        "members": list(service.library.members(image)),
        "flags": flag_document(service, subject),
        "view": canonical(subject.view),
        "automatic": _automatic(automatic),
        "shown": shown(subject),
        "views": [_named(name, view) for name, view in service.named_views(image).items()],
        "notes": [*image.notes, *image.damage(), *image.sky.notes],
        "sky": image.sky.document(),
        "tile": {
            "size": options.tile_size,
            "levels": levels.count,
            "provisional": any(ProvisionalPyramid.suits(plane) for plane in subject.planes),
        },
        "maxWidth": options.max_width,
        "maxHeight": options.max_height,
        "maxArea": options.max_area,
        "iiif": iiif,
        "wmts": wmts,
    }


def _structure(image: Image) -> Document:
    return {
        "hdu": image.hdu,
        "hdus": [
            {
                "selector": choice.selector,
                "name": choice.name,
                "version": choice.version,
                "shape": list(choice.shape),
                "kind": choice.kind,
                "default": choice.default,
            }
            for choice in image.hdus
        ],
        "stokes": [
            {
                "name": stokes.name,
                "title": stokes.title,
                "unit": stokes.unit,
                "derived": stokes.derived,
            }
            for stokes in image.stokes
        ],
        "channelAxis": image.channel_axis,
        "channels": [
            {
                "index": channel.index,
                "name": channel.name,
                "value": channel.value,
                "unit": channel.unit,
                "wavelength": channel.wavelength,
                "color": channel.color,
            }
            for channel in image.channels
        ],
        "frames": [
            {"index": frame.index, "name": frame.name, "time": frame.time}
            for frame in image.frames
        ],
        "chips": [
            {
                "name": chip.name,
                "selector": chip.selector,
                "region": [
                    chip.region.x, chip.region.y, chip.region.width, chip.region.height,
                ],
                "problem": chip.problem,
            }
            for chip in image.chips
        ],
        "arrangement": image.arrangement,
        "topDown": image.top_down,
        "cfa": image.cfa,
        "cfaDefault": image.cfa_default,
    }  # fmt: skip


def _automatic(subject: Subject) -> Document:
    """The picture of a Stokes parameter of an image when nothing else is requested."""
    view = shown(subject)
    return {
        "frame": view["frame"][0],
        "channel": view["channel"][0],
        "lastChannel": view["channel"][1],
        **{key: view[key] for key in ("mix", "stretch", "cmap")},
    }


def shown(subject: Subject) -> Document:
    """Describe a view in effect: its planes, limits and style."""
    style, components = subject.style, subject.components
    is_mix = components[0].color is not None
    first = components[0].selection
    stokes = subject.image.current_stokes
    return {
        "stokes": stokes.name if stokes is not None else None,
        "frame": list(first.frame),
        "channel": list(first.channel),
        "collapse": first.collapse,
        "stretch": _stretch(style),
        "gamma": style.gamma,
        "contrast": style.contrast,
        "bias": style.bias,
        "saturation": style.saturation,
        "cmap": style.cmap,
        "invert": style.invert,
        "nan": style.nan,
        "bits": sorted(number for number, _ in style.flags) if style.flag_kind else None,
        "mix": [_member(subject.image, component) for component in components] if is_mix else [],
        "limits": [
            _limits(subject.image, component, first)
            for component, first in zip_longest(components, subject.first_views)
        ],
    }


def _limits(image: Image, component: Component, first: FirstView | None) -> Document:
    (channel, last), (vmin, vmax) = _numbers(image, component), component.limits
    automatic = None
    if first is not None and first.parameter is not None:
        low, high = first.limits
        automatic = {"vmin": low, "vmax": high, "softening": first.parameter}
    return {"channel": channel, "last": last, "vmin": vmin, "vmax": vmax, "automatic": automatic}


def _numbers(image: Image, component: Component) -> tuple[int, int]:
    """Planes of a component, as mixes and limits count them: of frames, if these are mixed."""
    selection = component.selection
    return selection.channel if component.color is None else mixed_numbers(image, selection)


def _member(image: Image, component: Component) -> Document:
    channel, last = _numbers(image, component)
    return {"channel": channel, "last": last, "color": component.color}


def _stretch(style: Style) -> str:
    if style.parameter is None:
        return style.stretch
    return f"{style.stretch}:{format_number(style.parameter)}"


def _named(name: str, named: NamedView) -> Document:
    return {"name": name, "title": named.title, "view": canonical(named.view)}


def header(found: FoundHeader) -> Document:
    """Describe the header of an HDU, with the primary one and a list of all."""
    return {
        "hdu": str(found.index),
        "cards": _cards(found.cards),
        "primary": _cards(found.primary),
        "hdus": [
            {"index": one.index, "name": one.name, "version": one.version, "kind": one.kind}
            for one in found.headers
        ],
    }


def _cards(cards: Sequence[Card]) -> list[list[object]]:
    return [[card.keyword, card.value, card.comment] for card in cards]


def pixel(subject: Subject, x: int, y: int, values: Sequence[ComponentValue]) -> Document:
    """Describe a pixel: its values, its chip and its place in the sky."""
    image = subject.image
    world = image.sky.world(x + 0.5, y + 0.5)
    chip = image.chip_at(x, y)
    return {
        "x": x,
        "y": y,
        "flags": flags_at(subject, x, y, values),
        "chip": None if chip is None else chip.name,
        "values": [
            {
                "channel": value.channel,
                "name": value.name,
                "frame": value.frame,
                "value": _finite(value.pixel.value),
                "raw": _finite(value.pixel.raw),
                "unit": value.unit,
                "stokes": value.stokes,
            }
            for value in values
        ],
        "world": None if world is None else asdict(world),
    }


def _finite(value: float | None) -> float | str | None:
    """Spell infinity as a word: JSON has no number for it."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def plane_statistics(
    component: Component, sampled: Sample, extent: tuple[float, float] | None
) -> Document:
    """Describe the values of a plane, and their distribution about its limits.

    `extent` is the range of every pixel, if it is known; else that of the sample is used.
    """
    found = statistics(sampled)
    if extent is not None:
        found = replace(found, low=extent[0], high=extent[1])
    low, high = sorted(component.limits)
    span = (high - low) or 1.0
    ends = [low - 0.5 * span, high + 0.5 * span]
    if found.low is not None and found.high is not None:
        ends = [max(ends[0], found.low), min(ends[1], found.high)]
    edges = (min(ends), max(ends))
    return {
        "channel": component.selection.channel[0],
        "frame": component.selection.frame[0],
        "min": found.low,
        "max": found.high,
        "mean": found.mean,
        "median": found.median,
        "std": found.std,
        "valid": found.valid,
        "exact": sampled.whole,
        "range_exact": sampled.whole or extent is not None,
        "zscale": list(zscale(sampled)),
        "histogram": {"edges": list(edges), "counts": histogram(sampled, *edges)},
    }
