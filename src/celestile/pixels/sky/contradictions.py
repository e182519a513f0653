"""Contradictory ways to give the scale of pixels in one header (FITS 4.0, section 8.1).

CDi_j replaces CDELTi and CROTAi, which may be there for old readers. PCi_j must not be combined
with either CDi_j or CROTAi; wcslib uses PCi_j then.
"""

import math
from collections.abc import Iterator

import numpy as np

from celestile.pixels.sky.cards import Cards
from celestile.pixels.sky.vectors import Floats

_AGREEMENT = 1e-3  # of the size of a pixel


def contradictions(cards: Cards, suffix: str) -> Iterator[str]:
    """Describe ways to give the scale that disagree, with the one that is used.

    Parameters
    ----------
    cards : Cards
        Of a header.
    suffix : str
        Letter of an alternate description; empty for the primary one.
    """
    given = {
        "PCi_j": _by_pc(cards, suffix),
        "CDi_j": _elements(cards, "CD", suffix, (0.0, 0.0)),
        "CROTA2": None if suffix else _by_rotation(cards),
    }
    ways = [(name, matrix) for name, matrix in given.items() if matrix is not None]
    for name, matrix in ways[1:]:
        used, best = ways[0]
        if not np.allclose(matrix, best, rtol=0, atol=_AGREEMENT * np.abs(best).max()):
            yield f"{used}{suffix} and {name}{suffix} are both given and differ; {used} is used"


def _elements(cards: Cards, kind: str, suffix: str, diagonal: tuple[float, float]) -> Floats | None:
    """Matrix of the cards of one kind, with defaults; None if there are none."""
    keys = [[f"{kind}{i}_{j}{suffix}" for j in (1, 2)] for i in (1, 2)]
    if not any(key in cards.values for row in keys for key in row):
        return None
    default = np.diag(diagonal)
    return np.array([[cards.values.get(keys[i][j], default[i, j]) for j in (0, 1)] for i in (0, 1)])


def _steps(cards: Cards, suffix: str) -> Floats:
    return np.array([cards.values.get(f"CDELT{axis}{suffix}", 1.0) for axis in (1, 2)])


def _by_pc(cards: Cards, suffix: str) -> Floats | None:
    matrix = _elements(cards, "PC", suffix, (1.0, 1.0))
    return None if matrix is None else _steps(cards, suffix)[:, None] * matrix


def _by_rotation(cards: Cards) -> Floats | None:
    """Matrix of CDELTi and CROTA2 (Calabretta & Greisen 2002, section 6.1)."""
    turn = cards.values.get("CROTA2") or cards.values.get("CROTA1")
    if not turn:
        return None
    angle = math.radians(turn)
    cos, sin = math.cos(angle), math.sin(angle)
    first, second = _steps(cards, "")
    return np.array([[first * cos, -second * sin], [first * sin, second * cos]])
