"""Legends: the meaning of the colors of a layer in a style."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from celestile.geometry import Region
from celestile.render.render import paint
from celestile.render.request import Component, Output, Picture, Style
from celestile.render.tone import LEVELS, curve
from celestile.service.service import Subject

MEDIA_TYPE = "image/png"

_MARGIN = 6
_BAR = (LEVELS, 16)
_LINE = 16
_FONT_SIZE = 11
_INK = (0, 0, 0)
_PAPER = (255, 255, 255)
_STEPS = 48  # halvings of the span between the limits: beyond the precision of pixels


def legend(subject: Subject) -> bytes:
    """Draw the legend of a subject as PNG: a bar of colors, or those of channels or flags."""
    is_mix = subject.components[0].color is not None
    draw = _flags if subject.style.flag_kind else _mix if is_mix else _bar
    image = draw(subject)
    stream = io.BytesIO()
    image.save(stream, "png", optimize=True)
    return stream.getvalue()


def values_of_levels(style: Style, component: Component) -> NDArray[np.float32]:
    """Find the values at which a component's curve reaches each of its levels.

    Returns
    -------
    ndarray
        Native float32, as read from the plane (see `Component.shift`), one for each level, from
        the darkest on; the limits at the ends.
    """
    vmin, vmax = component.span
    tone = curve(style, component, np.arange(LEVELS, dtype=np.uint8))
    wanted = np.arange(LEVELS)
    low, high = np.zeros(LEVELS), np.ones(LEVELS)
    found = np.empty((1, LEVELS), np.uint8)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        values = (vmin * (1 - middle) + vmax * middle).astype(np.float32)
        tone.apply(values[np.newaxis], component.span, found)
        too_dark = found[0] < wanted
        low, high = np.where(too_dark, middle, low), np.where(too_dark, high, middle)
    high[0], high[-1] = 0.0, 1.0
    return (vmin * (1 - high) + vmax * high).astype(np.float32)


def _bar(subject: Subject) -> Image.Image:
    """Draw all colors from black to white, with the values of some of them."""
    component, style = subject.components[0], subject.style
    values = values_of_levels(style, component)
    width, height = _BAR
    picture = Picture(
        components=subject.components,
        style=style,
        output=Output(region=Region(0, 0, width, 1), size=(width, 1), format="png"),
    )
    row = paint(picture, [values[np.newaxis]]).pixels
    colors = np.broadcast_to(row, (1, width, 3)).repeat(height, axis=0)
    image, draw, font = _sheet(width, height + 2 * _LINE)
    image.paste(Image.fromarray(np.ascontiguousarray(colors)), (_MARGIN, _MARGIN))
    below = _MARGIN + height + 2
    vmin, vmax = component.limits
    for anchor, x, value in (
        ("la", 0, vmin),
        ("ma", width // 2, component.shift.physical(float(values[width // 2]))),
        ("ra", width, vmax),
    ):
        draw.text((_MARGIN + x, below), _number(value), _INK, font, anchor)
    draw.text((_MARGIN + width // 2, below + _LINE), _caption(subject), _INK, font, "ma")
    return image


def _mix(subject: Subject) -> Image.Image:
    """Name the channels, each beside its color."""
    image, draw, font = _sheet(_BAR[0], _LINE * len(subject.components))
    for number, component in enumerate(subject.components):
        top = _MARGIN + number * _LINE
        box = (_MARGIN, top + 1, _MARGIN + _LINE - 4, top + _LINE - 3)
        draw.rectangle(box, f"#{component.color}", _INK)
        vmin, vmax = component.limits
        unit = subject.image.unit_of(component.selection) or ""
        text = f"{_channel(subject, component)}: {_number(vmin)} to {_number(vmax)} {unit}"
        draw.text((_MARGIN + _LINE + 2, top), text.rstrip(), _INK, font)
    return image


def _flags(subject: Subject) -> Image.Image:
    """Name the flags that are drawn, each beside its color."""
    items = subject.image.flags.items if subject.image.flags else ()
    names = {flag.number: flag.name for flag in items}
    shown = sorted(subject.style.flags)
    image, draw, font = _sheet(_BAR[0], _LINE * max(len(shown), 1))
    for row, (number, color) in enumerate(shown):
        top = _MARGIN + row * _LINE
        box = (_MARGIN, top + 1, _MARGIN + _LINE - 4, top + _LINE - 3)
        draw.rectangle(box, f"#{color}", _INK)
        draw.text((_MARGIN + _LINE + 2, top), f"{number}: {names.get(number, '')}", _INK, font)
    return image


def _sheet(
    width: int, height: int
) -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont | ImageFont.ImageFont]:
    image = Image.new("RGB", (width + 2 * _MARGIN, height + 2 * _MARGIN), _PAPER)
    return image, ImageDraw.Draw(image), ImageFont.load_default(_FONT_SIZE)


def _caption(subject: Subject) -> str:
    component = subject.components[0]
    stokes = subject.image.current_stokes
    parts = [f"Stokes {stokes.name}" if stokes is not None else "", subject.unit or ""]
    if len(subject.image.channels) > 1:
        parts.append(_channel(subject, component))
    if subject.style.stretch != "linear":
        parts.append(subject.style.stretch)
    return ", ".join(filter(None, parts))


def _channel(subject: Subject, component: Component) -> str:
    channels = subject.image.channels
    first, last = component.selection.channel
    names = channels[first - 1].name, channels[last - 1].name
    name = names[0] if first == last else f"{names[0]} to {names[1]}"
    return f"channel {name}" if name.isdecimal() else name


def _number(value: float) -> str:
    return f"{value:.4g}"
