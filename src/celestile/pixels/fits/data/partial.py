"""Read the intact parts of damaged arrays; the other pixels are missing."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.hdus import Index

Tile = tuple[int, ...]

_SOME = 8


def blank_like(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> NDArray[np.floating]:
    """Array of NaN of a type that can hold the numbers of another type."""
    kind = np.float32 if dtype.kind == "f" and dtype.itemsize == 4 else np.float64
    return np.full(shape, np.nan, kind)


def spans(index: Index, shape: Sequence[int]) -> tuple[range, ...]:
    """Range along each axis that an index of slices and integers selects."""
    return tuple(
        range(part, part + 1) if isinstance(part, int) else range(*part.indices(length))
        for part, length in zip(index, shape, strict=True)
    )


def dropped(values: NDArray[np.floating], index: Index) -> NDArray[np.floating]:
    """Drop the axes for which the index is an integer."""
    return values[tuple(0 if isinstance(part, int) else slice(None) for part in index)]


def read_beginning(
    flat: NDArray[np.generic], shape: tuple[int, ...], index: Index
) -> NDArray[np.floating]:
    """Read a part of an array of which only the beginning is present.

    Parameters
    ----------
    flat : ndarray
        The pixels present, in C order.
    shape : tuple of int
        Of the whole array.
    index : tuple
        The part to read; NaN beyond the pixels present.
    """
    taken = spans(index, shape)
    strides = np.cumprod([1, *shape[:0:-1]], dtype=np.int64)[::-1]
    places = np.zeros((1,) * len(shape), np.int64)
    for axis, (numbers, stride) in enumerate(zip(taken, strides, strict=True)):
        along = np.asarray(numbers, dtype=np.int64) * stride
        places = places + along.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    there = places < flat.size
    values = blank_like(places.shape, flat.dtype)
    values[there] = flat[places[there]]
    return dropped(values, index)


def tiles(taken: Sequence[range], tile_shape: Sequence[int]) -> Iterator[Tile]:
    """Tiles that intersect ranges of pixels."""
    yield from product(
        *(
            range(numbers.start // step, (numbers.stop - 1) // step + 1)
            for numbers, step in zip(taken, tile_shape, strict=True)
        )
    )


def pixels_of(tile: Tile, tile_shape: Sequence[int], shape: Sequence[int]) -> tuple[range, ...]:
    """Range along each axis that a tile covers."""
    return tuple(
        range(at * step, min((at + 1) * step, length))
        for at, step, length in zip(tile, tile_shape, shape, strict=True)
    )


def overlap(ranges: Sequence[range], others: Sequence[range]) -> tuple[range, ...]:
    """Pixels, along each axis, that two boxes have in common."""
    return tuple(
        range(max(one.start, other.start), min(one.stop, other.stop))
        for one, other in zip(ranges, others, strict=True)
    )


def within(part: Sequence[range], whole: Sequence[range]) -> tuple[slice, ...]:
    """Index of a part of a box into an array of the box."""
    return tuple(
        slice(one.start - other.start, one.stop - other.start)
        for one, other in zip(part, whole, strict=True)
    )


def some_tiles(tile_shape: Sequence[int], shape: Sequence[int]) -> list[Tile]:
    """A few tiles of an array, evenly spaced."""
    counts = [-(-length // step) for step, length in zip(tile_shape, shape, strict=True)]
    total = int(np.prod(counts, dtype=np.int64))
    places = np.unique(np.linspace(0, total - 1, min(_SOME, total)).astype(np.int64))
    return [tuple(int(at) for at in np.unravel_index(place, counts)) for place in places]
