"""Interpretations of the sections in the header of a chip: which part of its array holds the sky.

The conventions are those of NOIRLab's Mosaic Data Capture Agent and of IRAF: DATASEC and TRIMSEC
are the parts of the array that hold sky and that are to be kept, BIASSEC is the overscan, DETSEC
the position of the data on the whole detector and CCDSEC that on its own chip, both in unbinned
pixels.
"""

from collections.abc import Iterator
from math import ceil

from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.mosaic.sections import Section, Span, parse_section

Binning = tuple[int, int]
"""Detector pixels per pixel of the array along x and y."""

_MOST_OUTPUTS = 4  # output numbers of ESO keywords to search for
_MOST_BINNING = 8  # accepted if the header does not state one
_BINNINGS = (
    ("CCDBIN1", "CCDBIN2"),
    ("CCDXBIN", "CCDYBIN"),
    ("XBINNING", "YBINNING"),
    ("BINX", "BINY"),
)


def possible_binnings(chip: Hdu, detector: Section) -> dict[Binning, Section]:
    """Binnings compatible with the sections of a chip, each with the data section of its array.

    An array cut out of a larger one, or trimmed of its overscan, often keeps the sections of the
    original: sections that do not fit are ignored.

    Parameters
    ----------
    chip : Hdu
        The chip.
    detector : tuple of Span
        Its position on the detector.
    """
    stated = _stated_binning(chip)
    found = {}
    for data in _data_sections(chip, stated):
        binning = _binning(data, detector)
        if binning is None:
            continue
        if (
            binning == (1, 1)
            or binning == stated
            or (stated is None and max(binning) <= _MOST_BINNING)
        ):
            found[binning] = data
    return found


def data_section(chip: Hdu) -> Section:
    """Part of the array of a chip that holds sky by its header; all of it by default."""
    *_, best = _data_sections(chip, _stated_binning(chip))
    return best


def _whole(chip: Hdu) -> Section:
    return Span(1, chip.shape[-1]), Span(1, chip.shape[-2])


def _data_sections(chip: Hdu, stated: Binning | None) -> Iterator[Section]:
    """Candidate data sections of a chip, from the least to the most reliable."""
    whole = _whole(chip)
    yield whole
    output = _output_section(chip)
    if output is not None:
        yield output
    bias = parse_section(chip.text("BIASSEC"))
    if bias is not None and _within(bias, whole):
        trimmed = _without(bias, whole)
        if trimmed is not None:
            yield trimmed
    given = [parse_section(chip.text(keyword)) for keyword in ("TRIMSEC", "DATASEC")]
    known = [section for section in given if section is not None]
    if stated is not None and stated != (1, 1):
        # Some cameras count unbinned pixels here, too.
        for section in known:
            scaled = _scaled(section, stated)
            if not _within(section, whole) and _within(scaled, whole):
                yield scaled
    yield from (section for section in known if _within(section, whole))


def _output_section(chip: Hdu) -> Section | None:
    """Pixels between prescan and overscan by the ESO keywords of the output of a chip.

    None unless they add up to the size of the array along both axes.
    """
    for output in range(1, _MOST_OUTPUTS + 1):
        spans = []
        for axis, length in zip("XY", (chip.shape[-1], chip.shape[-2]), strict=True):
            before, count, after = (
                int(chip.number(f"ESO DET OUT{output} {word}{axis}") or 0)
                for word in ("PRSC", "N", "OVSC")
            )
            if count > 0 and min(before, after) >= 0 and before + count + after == length:
                spans.append(Span(before + 1, before + count))
        if len(spans) == 2:
            return spans[0], spans[1]
    return None


def _within(section: Section, whole: Section) -> bool:
    return all(
        inner.low >= 1 and inner.high <= outer.high
        for inner, outer in zip(section, whole, strict=True)
    )


def _without(bias: Section, whole: Section) -> Section | None:
    """The rest of an array after removing a strip along an edge; None if that is ambiguous."""
    shares = [inner.length / outer.length for inner, outer in zip(bias, whole, strict=True)]
    axis = 0 if shares[0] < shares[1] else 1
    strip, span = bias[axis], whole[axis]
    # Pixels between the overscan and its edge of the array belong to neither.
    below, above = strip.low - 1, span.high - strip.high
    if below == above or shares[1 - axis] <= 0.5:
        return None
    left = Span(1, below) if below > above else Span(strip.high + 1, span.high)
    return (left, whole[1]) if axis == 0 else (whole[0], left)


def _scaled(section: Section, binning: Binning) -> Section:
    """Binned pixels that are completely within a section of unbinned ones."""
    spans = []
    for span, step in zip(section, binning, strict=True):
        low, high = ceil((span.low - 1) / step) + 1, span.high // step
        spans.append(Span(high, low) if span.backwards else Span(low, max(low, high)))
    return spans[0], spans[1]


def _stated_binning(chip: Hdu) -> Binning | None:
    words = chip.text("CCDSUM").replace(",", " ").split()
    if len(words) == 2 and all(word.isdecimal() for word in words):
        return int(words[0]), int(words[1])
    for keywords in _BINNINGS:
        steps = [chip.number(keyword) for keyword in keywords]
        if all(step is not None and step >= 1 for step in steps):
            return int(steps[0] or 1), int(steps[1] or 1)
    return None


def _binning(data: Section, detector: Section) -> Binning | None:
    """Detector pixels per array pixel along each axis, if they are whole numbers."""
    steps = []
    for inner, outer in zip(data, detector, strict=True):
        step = round(outer.length / inner.length)
        # The last binned pixel may be incomplete, or omitted.
        if step < 1 or inner.length not in (outer.length // step, ceil(outer.length / step)):
            return None
        steps.append(step)
    return steps[0], steps[1]
