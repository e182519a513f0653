"""Views: which part of an image is shown and how, and how that becomes numbers."""
