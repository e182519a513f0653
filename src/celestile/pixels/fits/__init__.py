"""Reads and writes FITS files; the only room that imports `astropy.io.fits`."""
