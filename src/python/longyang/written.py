"""What files hold that users write, in TOML with keys of the kinds that they are read as, or have `longyang certify` write."""

from __future__ import annotations

import json
import math
import pathlib
import re
import tomllib
from collections.abc import Callable, Mapping

from .results import InWords, ResultsError


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _text(value) -> bool:
    return isinstance(value, str)


def _list_of(fits: Callable) -> Callable:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _within(low: int, high: int) -> Callable:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


#: Kinds of values by their words.
KINDS: dict[str, Callable] = {
    "a number": _number, "a text": _text, "true or false": lambda value: isinstance(value, bool),
    "a list of texts": _list_of(_text), "a list of numbers": _list_of(_number), "a list of months, 1 to 12": _list_of(_within(1, 12)),
    "a list of hours, 0 to 23": _list_of(_within(0, 23)), "a table": lambda value: isinstance(value, dict),
    "a table of numbers": lambda value: isinstance(value, dict) and all(map(_number, value.values())),
    "a list of tables": _list_of(lambda value: isinstance(value, dict))}


def read_certificate(path: str | pathlib.Path, arguments: str):
    """What a file holds that `longyang certify ARGUMENTS --json` wrote. Raises ResultsError where it is empty or no JSON."""
    expected = f"expected what `longyang certify {arguments} --json` prints"
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        if not text.strip():
            raise ResultsError(f"'{path}' is empty; {expected}")
        return json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise ResultsError(f"'{path}' is no certificate: {fault}; {expected}") from fault


def read_toml(path: pathlib.Path, error: type[InWords]) -> dict:
    """Raises `error` where the file is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise error(_no_toml(str(fault))) from fault
    except UnicodeDecodeError as fault:
        line = 1 + fault.object[:fault.start].count(b"\n")
        raise error(f"no valid TOML at line {line}: found bytes that are not UTF-8") from fault


def _no_toml(parser: str) -> str:
    """What the parser says, as a quotation behind the place that it names."""
    if found := re.fullmatch(r"(.*) \(at (line \d+, column \d+|end of document)\)", parser, re.S):
        parser, place = found.groups()
        return f'no valid TOML at {place.replace("end of document", "its end")}: "{parser}"'
    return f'no valid TOML: "{parser}"'


def read_named_toml(path: pathlib.Path, error: type[InWords]) -> dict:
    """As read_toml; the error names the file."""
    try:
        return read_toml(path, error)
    except error as fault:
        raise error(f"{path}: {fault}") from fault


def require_keys(table: dict, kinds: Mapping[str, str], where: str, error: type[InWords]) -> None:
    """Raises `error` where a table has a key that is none of `kinds` or of another kind, or lacks one; those named with ? may be left out."""
    known = {key.removesuffix("?"): kind for key, kind in kinds.items()}
    for key, value in table.items():
        if key not in known:
            raise error(f"{where}: found the key '{key}', expected one of {', '.join(known)}")
        if not KINDS[known[key]](value):
            hint = f" ([[{key}]])" if known[key] == "a list of tables" else ""
            raise error(f"{where}: found {key} = {value!r}, expected {known[key]}{hint}")
    for key in kinds:
        if not key.endswith("?") and key not in table:
            raise error(f"{where}: found no {key}, expected {kinds[key]}")
