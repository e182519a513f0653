"""The HTML page of a survey."""

from html import escape

from celestile.protocols.hips.properties import Record

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "td{padding:.1rem 1rem .1rem 0;vertical-align:top;overflow-wrap:anywhere}"
    "img{float:right;margin:0 0 1rem 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8cf}}"
)
_FILES = ("properties", "Moc.fits", "preview.jpg", "Norder3/Allsky.png")


def page(record: Record) -> bytes:
    """Write the properties as a page with links to the other files."""
    url = record["hips_service_url"]
    title = escape(record["obs_title"])
    rows = "".join(
        f"<tr><td>{escape(key)}</td><td>{escape(value)}</td></tr>" for key, value in record.items()
    )
    files = " · ".join(f'<a href="{escape(f"{url}/{name}")}">{name}</a>' for name in _FILES)
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f'<h1>{title}</h1><img src="{escape(url)}/preview.jpg" width="256" height="256" alt="">'
        "<p>A hierarchical progressive survey (HiPS) made of one image. "
        f"Its address for Aladin and other clients is <code>{escape(url)}</code></p>"
        f"<p>{files}</p><table>{rows}</table></body></html>"
    )
    return text.encode(errors="replace")
