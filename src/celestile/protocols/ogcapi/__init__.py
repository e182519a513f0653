"""OGC API - Tiles 1.0 (OGC 20-057) over OGC API - Common (OGC 19-072), all below one path.

Collections are images, their tiles are map tiles, styles are named views.
"""
