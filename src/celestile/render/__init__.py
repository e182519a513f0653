"""From pixel values to encoded pictures; knows no protocol."""
