"""One-line summaries of images, for lists that people read."""

from celestile.pixels.image import Image


def summary(image: Image) -> str:
    """Summarize an image: its size, its axes and its notes."""
    facts = [f"{image.width} × {image.height} pixels"]
    if image.unit:
        facts.append(f"unit {image.unit}")
    if len(image.measured_stokes) > 1:
        facts.append(f"Stokes {', '.join(image.measured_stokes)}")
    if len(image.channels) > 1:
        facts.append(f"{len(image.channels)} channels")
    if len(image.frames) > 1:
        facts.append(f"{len(image.frames)} frames")
    if len(image.hdus) > 1:
        facts.append(f"HDU {image.hdu} of {len(image.hdus)} choices")
    return "; ".join((*facts, *image.notes))
