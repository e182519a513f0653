"""Images in binary tables: cells with pixels, maps in HEALPix, lists of events."""
