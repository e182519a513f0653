"""Media types of documents (Image API 3.0 and 2.1.1, section 5.1)."""

from celestile.protocols.web.accept import media_ranges, weight_in

JSON = "application/json"
JSON_LD = "application/ld+json"


def info_type(accept: str | None, version: int) -> str:
    """Media type for the ``Accept`` header of a request.

    3.0 sends JSON-LD unless plain JSON is preferred; 2.1.1 sends plain JSON unless JSON-LD is
    requested by name. A client that accepts neither is sent the default.
    """
    if version == 3:
        return json_ld_type(accept, "http://iiif.io/api/image/3/context.json")
    ranges = media_ranges(accept)
    plain = weight_in(ranges, JSON)
    return JSON_LD if JSON_LD in ranges and ranges[JSON_LD] >= max(plain, 0.001) else JSON


def json_ld_type(accept: str | None, context: str) -> str:
    """Media type of a document with a context: JSON-LD unless plain JSON is preferred."""
    ranges = media_ranges(accept)
    if weight_in(ranges, JSON) > weight_in(ranges, JSON_LD):
        return JSON
    return f'{JSON_LD};profile="{context}"'
