"""HTTP for all protocols: addresses, identifiers, negotiation, conditional requests."""
