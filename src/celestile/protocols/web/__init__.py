"""What all protocols share of HTTP: addresses, identifiers, negotiation, conditional requests."""
