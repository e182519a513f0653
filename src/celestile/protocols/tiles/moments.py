"""Times of frames and of requests for them (ISO 8601)."""

import re
from datetime import UTC, datetime

# A "+" in a query means a space, and the sign of a time zone is not always escaped.
_ZONE = re.compile(r"(?<=T.{8}) ([0-9]{2}:?[0-9]{2})$")


def read_moment(text: str) -> datetime | None:
    """Read a time, UTC unless it has a zone; None if it is not a time, or a leap second."""
    try:
        moment = datetime.fromisoformat(_ZONE.sub(r"+\1", text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
