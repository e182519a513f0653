"""Language maps: text with the language that it is in (Presentation 3.0, section 4.1)."""

LanguageMap = dict[str, list[str]]


def english(*texts: str) -> LanguageMap:
    """Words of ours."""
    return {"en": [plain(text) for text in texts]}


def unspoken(*texts: str) -> LanguageMap:
    """Names, numbers and whatever else comes from files: in no language that we know of."""
    return {"none": [plain(text) for text in texts]}


def plain(text: str) -> str:
    """Guard text against being taken for HTML.

    Only what starts with < and ends with > is ("4.5. HTML Markup in Property Values"); "an
    additional whitespace character" keeps other text from that fate.
    """
    return f"{text} " if text.startswith("<") and text.endswith(">") else text
