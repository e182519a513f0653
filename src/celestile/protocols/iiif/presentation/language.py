"""Language maps: text with the language that it is in (Presentation 3.0, section 4.1)."""

LanguageMap = dict[str, list[str]]


def english(*texts: str) -> LanguageMap:
    """Text in English."""
    return {"en": [plain(text) for text in texts]}


def untranslated(*texts: str) -> LanguageMap:
    """Text from files, such as names and numbers, whose language is not known."""
    return {"none": [plain(text) for text in texts]}


def plain(text: str) -> str:
    """Guard text against being taken for HTML.

    Only what starts with < and ends with > is ("4.5. HTML Markup in Property Values"); "an
    additional whitespace character" marks other text as plain.
    """
    return f"{text} " if text.startswith("<") and text.endswith(">") else text
