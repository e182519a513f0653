"""Sphinx builds these pages: sphinx-build -W docs docs/_build."""

project = "Celestile"
author = "The Celestile developers"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 2
html_theme = "alabaster"
html_theme_options = {
    "description": "A standards tile server for the sky",
    "fixed_sidebar": True,
    "page_width": "1080px",
}
exclude_patterns = ["_build"]
