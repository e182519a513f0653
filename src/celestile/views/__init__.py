"""Views: what an address asks to see of an image, and how that becomes numbers."""
