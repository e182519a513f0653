"""Headers as bytes, read and checked before astropy interprets them."""
