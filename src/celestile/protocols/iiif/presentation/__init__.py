"""IIIF Presentation 3.0: manifests, collections and content states for viewers of whole objects."""
