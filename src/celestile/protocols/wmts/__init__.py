"""OGC Web Map Tile Service 1.0.0 (OGC 07-057r7), in its KVP and RESTful encodings.

Layers are images, styles are named views, dimensions are frames and channels.
"""
