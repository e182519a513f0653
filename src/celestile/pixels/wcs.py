"""Sky coordinates (placeholder signature; see the contract)."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Sky:
    reason: str | None = None
