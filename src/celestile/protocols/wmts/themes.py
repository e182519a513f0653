"""Folders of images as themes (OGC 07-057r7, section 7.1.1.2.4): a tree of layers for people."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from celestile.protocols.wmts.layers import Layer
from celestile.protocols.wmts.markup import add


def add_themes(root: Element, layers: Iterable[Layer]) -> None:
    """Append a theme for each folder; nothing if no layer is in a folder.

    The identifier of a theme is the path of its folder with a slash behind, as of `prefix`.
    """
    folders: dict[str, Element] = {}
    members: list[tuple[Element, Layer]] = []
    for layer in sorted(layers, key=lambda layer: layer.image):
        *parts, _ = layer.image.split("/")
        path = ""
        for part in parts:
            above, path = path, f"{path}{part}/"
            if path not in folders:
                parent = folders[above] if above else _themes(root, folders)
                folders[path] = _theme(parent, part, path)
        if path:
            members.append((folders[path], layer))
    # In the schema, the layers of a theme follow its themes.
    for theme, layer in members:
        add(theme, "LayerRef", layer.identifier)


def _themes(root: Element, folders: dict[str, Element]) -> Element:
    if "" not in folders:
        folders[""] = add(root, "Themes")
    return folders[""]


def _theme(parent: Element, name: str, path: str) -> Element:
    theme = add(parent, "Theme")
    add(theme, "ows:Title", name)
    add(theme, "ows:Identifier", path)
    return theme
