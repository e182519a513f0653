"""Whether a client takes what an address stands for (RFC 9110, section 12.5.1)."""


def accepts(header: str | None, media_type: str) -> bool:
    """Whether an ``Accept`` header admits a media type; its absence admits everything."""
    return weight(header, media_type) > 0


def weight(header: str | None, media_type: str) -> float:
    """How much an ``Accept`` header likes a media type, from 0 for not at all to 1."""
    if header is None or not header.strip():
        return 1.0
    media_type = media_type.partition(";")[0]
    kind = media_type.partition("/")[0]
    # "The most specific reference has precedence", so that `image/png;q=0, */*` refuses PNG.
    weights = dict(map(_range, header.split(",")))
    for media_range in (media_type, f"{kind}/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


def _range(text: str) -> tuple[str, float]:
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            return media_range, _weight(value)
    return media_range, 1.0


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
