"""From files to pixels: what an image is, where its pixels lie and where they are in the sky."""
