"""The loops over pixels, as machine code that runs without the GIL.

Importing this is free: numba (0.2 s) is imported with the first kernel that runs. `warm` gets
everything ready ahead of the first picture.

All pixel arrays are C-contiguous. Every kernel has as few signatures as its callers need, and all
are known beforehand, so that nothing compiles while a user waits.
"""

from celestile.compiled import warm
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
