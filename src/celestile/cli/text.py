"""Numbers in a readable form."""

UNITS = ("kB", "MB", "GB", "TB")


def human_bytes(number: float) -> str:
    """Return a number of bytes with about three digits: ``47.8 MB``."""
    if number < 1000:
        return f"{number:.0f} B"
    for unit in UNITS:
        number /= 1000
        # 999.95 would be shown as 1000.0.
        if number < 999.95 or unit == UNITS[-1]:
            break
    return f"{number:.1f} {unit}"


def number(value: object) -> str:
    """Return a number with six digits, or a dash for None."""
    return "–" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
