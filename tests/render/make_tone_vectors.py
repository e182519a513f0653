"""Writes tone_vectors.json: values, styles and the levels that they have, for server and viewer.

Run it with the Python of the project after a change: ``python tests/render/make_tone_vectors.py``.
Curves are those of `astropy.visualization` in float64; colors follow in closed form.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from astropy import visualization as av
from numpy.typing import NDArray

TARGET = Path(__file__).with_name("tone_vectors.json")
Floats = NDArray[np.float64]
Case = dict[str, Any]

COUNT = 44  # values of a plane: 43 steps divide the range of the codes
NEUTRAL = {"gamma": 1.0, "contrast": 1.0, "bias": 0.5}
REC601 = np.array([0.299, 0.587, 0.114])

_ASTROPY: dict[str, Any] = {
    "linear": lambda _: av.LinearStretch(),
    "sqrt": lambda _: av.SqrtStretch(),
    "log": lambda a: av.LogStretch(a or 1000.0),
    "asinh": lambda a: av.AsinhStretch(a or 0.1),
    "sinh": lambda a: av.SinhStretch(a or 1 / 3),
    "power": lambda a: av.PowerStretch(a or 2.0),
}


def brightness(x: Floats, case: Case) -> Floats:
    """Brightness in [0, 1] of places between the limits."""
    x = np.clip(x, 0.0, 1.0)
    if case["stretch"] == "histeq":
        y = np.interp(x, case["places"], np.linspace(0.0, 1.0, len(case["places"])))
    else:
        y = _ASTROPY[case["stretch"]](case["parameter"])(x, clip=True)
    y = np.clip((y - case["bias"]) * case["contrast"] + 0.5, 0.0, 1.0)
    return np.asarray(y ** (1 / case["gamma"]))


def _places(values: Floats, limits: tuple[float, float]) -> Floats:
    vmin, vmax = limits
    if vmin == vmax:
        return np.where(values > vmin, 1.0, 0.0)
    return (values - vmin) / (vmax - vmin)


def _values(low: float, high: float) -> Floats:
    """Ascending values, most of them near the lowest, as those of the sky are."""
    return low + (high - low) * np.linspace(0.0, 1.0, COUNT) ** 2


def singles() -> list[Case]:
    """Gray levels of one plane."""
    styles: list[tuple[str, float | None, dict[str, float]]] = [
        *((name, None, {}) for name in _ASTROPY),
        *(("asinh", a, {}) for a in (1.0, 0.01, 1e-3)),
        *(("log", a, {}) for a in (1.0, 1e4)),
        *(("sinh", a, {}) for a in (1.0, 0.05, 0.003)),
        *(("power", a, {}) for a in (0.3, 1.0, 5.0)),
        *(("linear", None, {"gamma": gamma}) for gamma in (0.2, 2.2, 5.0)),
        *(
            ("linear", None, {"contrast": c, "bias": b})
            for c, b in ((2.0, 0.3), (0.3, 0.8), (0.0, 0.1), (5.0, 0.5), (2.0, 1.4))
        ),
        ("asinh", None, {"gamma": 2.2, "contrast": 1.5, "bias": 0.4}),
        ("sqrt", None, {"gamma": 0.7, "contrast": 4.0, "bias": 0.05}),
    ]
    limits = [(0.0, 1.0), (-3.5, 1200.0), (1200.0, -3.5), (99.9, 100.1)]
    cases = []
    for name, parameter, changes in styles:
        for vmin, vmax in limits:
            low, high = sorted((vmin, vmax))
            span = high - low
            values = _values(low - 0.1 * span, high + 0.2 * span)
            case = {"stretch": name, "parameter": parameter, **NEUTRAL, **changes}
            level = 255 * brightness(_places(values, (vmin, vmax)), case)
            cases.append({**case, "limits": [vmin, vmax], "values": values, "levels": level})
    return cases


def equal_limits() -> Case:
    """A step: values above the limits are white, those at them black."""
    values = _values(0.0, 43.0**2)
    level = np.where(values > values[20], 255.0, 0.0)
    style = {"stretch": "linear", "parameter": None, **NEUTRAL}
    return {**style, "limits": [values[20]] * 2, "values": values, "levels": level}


def equalized() -> list[Case]:
    """Histogram equalization of a plane whose values are the knots themselves."""
    values = _values(0.0, 100.0)
    case = {"stretch": "histeq", "parameter": None, **NEUTRAL, "places": values / 100.0}
    level = 255 * brightness(values / 100.0, case)
    return [{**case, "limits": [0.0, 100.0], "values": values, "levels": level}]


def _finished(light: Floats, case: Case) -> Floats:
    light = np.clip(light, 0.0, 1.0)
    gray = (light @ REC601)[:, np.newaxis]
    light = np.clip(gray + case["saturation"] * (light - gray), 0.0, 1.0)
    return 255 * (1 - light if case["invert"] else light)


def mixes() -> list[Case]:
    """Colors of several planes."""
    planes = [_values(-1.0, 130.0), _values(-5.0, 900.0)[::-1], _values(0.0, 7.0)]
    limits = [(0.0, 100.0), (0.0, 800.0), (1.0, 6.0)]
    primaries, others = ["ff0000", "00ff00", "0000ff"], ["ff5500", "00aaff", "208040"]
    cases = []
    for colors, changes in (
        (primaries, {}),
        (primaries, {"invert": True}),
        (primaries, {"saturation": 2.0}),
        (primaries, {"stretch": "asinh", "gamma": 1.4}),
        (others, {"stretch": "sqrt"}),
        (others, {"stretch": "asinh", "saturation": 0.3, "invert": True, "contrast": 1.5}),
        (primaries, {"stretch": "lupton"}),
        (primaries, {"stretch": "lupton", "parameter": 30.0, "gamma": 1.4, "bias": 0.3}),
        (others, {"stretch": "lupton", "parameter": 1.0, "saturation": 1.5}),
        (primaries, {"stretch": "lupton", "invert": True, "contrast": 2.0}),
    ):
        case: Case = {
            "stretch": "linear",
            "parameter": None,
            **NEUTRAL,
            "saturation": 1.0,
            "invert": False,
            **changes,
            "colors": colors,
            "planes": planes,
            "limits": limits,
        }
        weights = np.array([list(bytes.fromhex(color)) for color in colors]) / 255.0
        x = np.stack([_places(p, each) for p, each in zip(planes, limits, strict=True)], axis=1)
        light = _lupton(x, weights, case) if case["stretch"] == "lupton" else (
            brightness(x, case) @ weights
        )  # fmt: skip
        cases.append({**case, "rgb": _finished(light, case)})
    return cases


def _lupton(x: Floats, weights: Floats, case: Case) -> Floats:
    """Lupton et al. 2004, PASP 116, 133: the hue is kept, the largest band is at most 1."""
    x = np.maximum(x, 0.0)
    mean = x.mean(axis=1)
    q = case["parameter"] or 8.0
    stretched = np.arcsinh(q * np.clip(mean, 0.0, 1.0)) / np.arcsinh(q)
    stretched = np.clip((stretched - case["bias"]) * case["contrast"] + 0.5, 0.0, 1.0)
    stretched **= 1 / case["gamma"]
    light = x @ weights * (stretched / np.maximum(mean, 1e-20))[:, np.newaxis]
    return np.asarray(light / np.maximum(light.max(axis=1), 1.0)[:, np.newaxis])


def _rounded(item: Any) -> Any:
    if isinstance(item, dict):
        return {key: _rounded(value) for key, value in item.items()}
    if isinstance(item, np.ndarray):
        return _rounded(item.tolist())
    if isinstance(item, list | tuple):
        return [_rounded(part) for part in item]
    return float(f"{item:.10g}") if isinstance(item, float) else item


def vectors() -> dict[str, Any]:
    """All cases, as plain values."""
    single = [*singles(), equal_limits(), *equalized()]
    found: dict[str, Any] = _rounded({"single": single, "mix": mixes()})
    return found


if __name__ == "__main__":
    lines = [
        f'  "{kind}": [\n' + ",\n".join(f"    {json.dumps(case)}" for case in cases) + "\n  ]"
        for kind, cases in vectors().items()
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
