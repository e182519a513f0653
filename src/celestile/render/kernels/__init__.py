"""Compiled loops over pixels that run without the GIL.

Importing this package is fast: numba (0.2 s) is imported when the first kernel runs. `warm`
prepares all kernels before the first picture.

All pixel arrays are C-contiguous. Kernels only have the signatures that their callers need, which
are declared, so that nothing is compiled while a user waits.
"""

from celestile.compiled import warm
from celestile.render.kernels.codes import encode
from celestile.render.kernels.intensity import (
    TONE_CELLS,
    interleave,
    keep_hue,
    mix,
    paint,
    superpose,
    tone,
    tone_steep,
)
from celestile.render.kernels.space import blend, resample, rotate
from celestile.render.kernels.sphere import sample, unfold

__all__ = [
    "TONE_CELLS",
    "blend",
    "encode",
    "interleave",
    "keep_hue",
    "mix",
    "paint",
    "resample",
    "rotate",
    "sample",
    "superpose",
    "tone",
    "tone_steep",
    "unfold",
    "warm",
]
