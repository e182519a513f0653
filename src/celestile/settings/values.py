"""Values of a YAML file with their positions, so that every error names the line and the key.

Scalars keep their spelling in the file and are converted to the type of the setting. YAML's own
types would turn the color ``000000`` into 0 and ``1:20`` into 80.
"""

import difflib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from celestile.errors import SettingsError

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_LONGEST_NAME = 255
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)")


def shorten(text: str, length: int = 60) -> str:
    """Shorten a value to fit into a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def suggestion(word: str, allowed: Collection[str]) -> str:
    """Return ``; did you mean 'x'?`` if an allowed word is similar, otherwise an empty string."""
    near = difflib.get_close_matches(word, allowed, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


@dataclass(frozen=True, slots=True)
class Value:
    """A node of the file, or the text of a command-line option.

    Parameters
    ----------
    node : yaml.Node
        The value.
    key : str
        Dotted name of the setting; empty for the whole file.
    source : str
        Name of the file as given by the user, or ``command line``.
    folder : Path
        Folder for relative paths.
    line : int
        Line, counted from 1; 0 for an option.
    """

    node: yaml.Node
    key: str
    source: str
    folder: Path
    line: int

    @property
    def where(self) -> str:
        """File and line, or ``command line``."""
        return f"{self.source} line {self.line}" if self.line else self.source

    @property
    def is_null(self) -> bool:
        """Whether the value is empty, ``~`` or ``null``, without quotes."""
        plain = isinstance(self.node, yaml.ScalarNode) and self.node.style is None
        return plain and self.node.value in _NULLS

    def shown(self) -> str:
        """Return the value for an error message."""
        if isinstance(self.node, yaml.ScalarNode):
            return repr(shorten(self.node.value))
        return "a list" if isinstance(self.node, yaml.SequenceNode) else "a mapping"

    @property
    def is_text(self) -> bool:
        """Whether the value is a scalar other than null."""
        return isinstance(self.node, yaml.ScalarNode) and not self.is_null

    def error(self, sentence: str) -> SettingsError:
        """Return an error with the position of the value."""
        return SettingsError(f"{self.where}: {sentence}")

    def fail(self, allowed: str) -> NoReturn:
        """Raise an error that names the key, the value and what is allowed.

        Raises
        ------
        SettingsError
            Always.
        """
        what = self.key or "the file"
        raise self.error(f"{what} is {self.shown()}, but must be {allowed}")

    def child(self, node: yaml.Node, name: str, at: yaml.Node) -> "Value":
        """Return a value inside this one; its line is that of the node `at`."""
        key = f"{self.key}.{name}" if self.key else name
        return Value(node, key, self.source, self.folder, at.start_mark.line + 1)

    def items(self) -> Iterator[tuple[str, "Value"]]:
        """Yield keys and values of a mapping.

        Raises
        ------
        SettingsError
            If it is not a mapping, or a key is given twice.
        """
        if self.is_null:
            return
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("a mapping of keys to values")
        seen: set[str] = set()
        for key_node, node in self.node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.child(key_node, "(key)", key_node).fail("a plain word")
            name = str(key_node.value)
            value = self.child(node, name, key_node)
            if name in seen:
                raise value.error(f"{value.key} is given twice")
            seen.add(name)
            yield name, value

    def known_items(self, allowed: Collection[str]) -> Iterator[tuple[str, "Value"]]:
        """Yield keys and values of a mapping with fixed keys.

        Raises
        ------
        SettingsError
            If a key is unknown.
        """
        for name, value in self.items():
            if name not in allowed:
                hint = suggestion(name, allowed) or f"; expected one of {', '.join(allowed)}"
                raise value.error(f"unknown key {value.key!r}{hint}")
            yield name, value

    def elements(self) -> tuple["Value", ...]:
        """Return the elements of a list; a scalar is a list of one element, null an empty list."""
        if isinstance(self.node, yaml.SequenceNode):
            return tuple(self.child(n, str(i), n) for i, n in enumerate(self.node.value, 1))
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a list")
        return () if self.is_null else (self,)

    def texts(self) -> tuple[str, ...]:
        """Return a list of strings; a scalar is a list of one element."""
        return tuple(element.text() for element in self.elements())

    def text(self) -> str:
        """Return a scalar as it is spelled in the file; null is the empty string."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a string")
        return "" if self.is_null else str(self.node.value)

    def word(self, *allowed: str) -> str:
        """Return one of the allowed words."""
        text = self.text()
        if text not in allowed:
            self.fail(f"one of {', '.join(allowed)}{suggestion(text, allowed)}")
        return text

    def boolean(self) -> bool:
        """Return true or false."""
        answer = _BOOLEANS.get(self.text().lower())
        if answer is None:
            self.fail("true or false")
        return answer

    def integer(self, least: int, most: int) -> int:
        """Return an integer in a range."""
        text = self.text().replace("_", "")
        if not re.fullmatch(r"[+-]?\d{1,18}", text) or not least <= int(text) <= most:
            self.fail(f"a whole number from {least} to {most}")
        return int(text)

    def bytes(self) -> int:
        """Return a number of bytes, with an optional unit: ``10 GB``, ``512 MiB``."""
        match = _SIZE.fullmatch(self.text().strip())
        unit = _UNITS.get(match[2].upper()) if match else None
        if match is None or unit is None:
            self.fail("a size such as 10 GB, 256 MB, 512 MiB or a number of bytes")
        return int(float(match[1]) * unit)

    def path(self) -> Path:
        """Return an absolute path; relative paths start at the folder of the file."""
        return self.folder / self.name("a path")

    def name(self, what: str) -> Path:
        """Return a path as given, except that a leading ``~`` is expanded.

        Parameters
        ----------
        what : str
            What is allowed, for errors.
        """
        text = self.text()
        if not text or "\0" in text:
            self.fail(what)
        if any(len(os.fsencode(part)) > _LONGEST_NAME for part in Path(text).parts):
            self.fail(f"{what} with at most {_LONGEST_NAME} bytes in each name")
        try:
            return Path(text).expanduser()
        except RuntimeError:
            self.fail(f"{what}; the user after '~' is unknown")


def load(path: Path) -> Value:
    """Read a YAML file.

    Raises
    ------
    SettingsError
        If it cannot be read or is not YAML.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: is nested too deeply") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{path}{line}: is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: is not valid YAML: {shorten(str(error))}") from error
    if node is None:
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark(str(path), 0, 0, 0, "", 0))
    return Value(node, "", str(path), path.absolute().parent, 1)


def flag(name: str, text: str) -> Value:
    """Return the text of a command-line option as a value."""
    node = yaml.ScalarNode("tag:yaml.org,2002:str", text, style='"')
    return Value(node, name, "command line", Path.cwd(), 0)
