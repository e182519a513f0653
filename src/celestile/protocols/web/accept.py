"""Content negotiation by ``Accept`` and ``Accept-Encoding`` (RFC 9110, section 12.5)."""

import re
from collections.abc import Sequence

#   Accept     = #( media-range [ weight ] )
#   parameters = *( OWS ";" OWS [ token "=" ( token / quoted-string ) ] )
# Commas and semicolons inside a quoted string do not separate. Each alternative begins with a
# character of its own, so that a header is read in linear time.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\Z)'
_ELEMENT = re.compile(rf'(?:[^",]+|{_QUOTED})+', re.DOTALL)
_PART = re.compile(rf'(?:[^";]+|{_QUOTED})+', re.DOTALL)
_RANGE = re.compile(r'[^\s;,/"]+/[^\s;,/"]+')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def accepts(header: str | None, media_type: str) -> bool:
    """Whether an ``Accept`` header admits a media type; an absent header admits everything."""
    return weight(header, media_type) > 0


def weight(header: str | None, media_type: str) -> float:
    """Weight that an ``Accept`` header gives to a media type, from 0 (not acceptable) to 1."""
    return weight_in(media_ranges(header), media_type)


def weight_in(ranges: dict[str, float], media_type: str) -> float:
    """Weight of a media type among ranges that were read already; the rest as in `weight`."""
    media_type = media_type.partition(";")[0]
    kind = media_type.partition("/")[0]
    # "The most specific reference has precedence", so that `image/png;q=0, */*` refuses PNG.
    for media_range in (media_type, f"{kind}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


def media_ranges(header: str | None) -> dict[str, float]:
    """Read an ``Accept`` header.

    Parameters
    ----------
    header : str or None
        Its value. None and blank mean ``*/*``.

    Returns
    -------
    dict of str to float
        Weight of each media range, in lower case and without parameters. Elements that are not a
        media range are left out, and a malformed weight counts as 1. Of ranges that are given
        several times, the highest weight counts.
    """
    if header is None or not header.strip():
        return {"*/*": 1.0}
    return _weights(header, _RANGE)


def content_coding(header: str | None, offered: Sequence[str]) -> str | None:
    """Choose the coding of a representation by an ``Accept-Encoding`` header (section 12.5.3).

    Parameters
    ----------
    header : str or None
        Its value. None and blank admit only the uncoded representation: a client that reads codings
        lists them.
    offered : sequence of str
        Names of codings in lower case, the best first.

    Returns
    -------
    str or None
        The admitted coding with the highest weight, the first of several; None for the uncoded
        representation if that has a higher weight, or if no coding is admitted.
    """
    if header is None or not offered:
        return None
    weights = _weights(header, _TOKEN)
    others = weights.get("*", 0.0)
    # "x-gzip" is the name of "gzip" in old clients (section 8.4.1.3).
    known = {name.removeprefix("x-"): weight for name, weight in weights.items()}
    best = max(offered, key=lambda coding: known.get(coding, others))
    weight = known.get(best, others)
    # "Identity" has no weight of its own unless it is listed: then any coding comes first.
    return best if weight > 0 and weight >= known.get("identity", 0.0) else None


def _weights(header: str, name_pattern: re.Pattern[str]) -> dict[str, float]:
    """Weights by name, in lower case, of the elements of a header whose name has a pattern."""
    found: dict[str, float] = {}
    for element in _ELEMENT.findall(header):
        name, *parameters = (part.strip() for part in _PART.findall(element) or [""])
        name = name.lower()
        if name_pattern.fullmatch(name):
            found[name] = max(found.get(name, 0.0), _weight(parameters))
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _WEIGHT.fullmatch(value.strip()):
            return float(value)
    return 1.0
