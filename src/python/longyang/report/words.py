"""The page's words in two languages: words.toml, and the names that a case brings with it."""

from __future__ import annotations

import html
import importlib.resources
import re
import tomllib

LANGUAGES = ("en", "zh")


class Words:
    """Pairs of English and Chinese by key.

    `say` gives text for HTML in both languages, of which the page shows one; `mark` gives the token that stands for a
    word in a figure until the page puts the word in its place.
    """

    def __init__(self):
        text = importlib.resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
        self.pairs: dict[str, tuple[str, str]] = {key: tuple(pair) for key, pair in tomllib.loads(text).items()}

    def add(self, key: str, english: str, chinese: str) -> str:
        """A word of the case, as a plant's name; gives the key."""
        self.pairs[key] = (english, chinese or english)
        return key

    def pair(self, key: str) -> tuple[str, str]:
        """Both languages of a key; what has no entry stands as it is, with blanks for underscores."""
        if key in self.pairs:
            return self.pairs[key]
        plain = key.rpartition(":")[2].replace("_", " ")
        return plain, plain

    def say(self, key: str, **values) -> str:
        """HTML of a word or sentence. `values` fill its {places}: plain text, or a pair of languages. Braces of names stay."""
        out = []
        for place, language in enumerate(LANGUAGES):
            filled = {name: html.escape(str(value[place] if isinstance(value, tuple) else value))
                      for name, value in values.items()}
            text = re.sub(r"\{(\w+)\}", lambda match: filled.get(match[1], match[0]), html.escape(self.pair(key)[place], quote=False))
            text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
            out.append(f'<span lang="{language}">{text}</span>')
        return "".join(out)

    def known(self, kind: str, text: str) -> str:
        """HTML of words that come as English from a file: in both languages where words.toml has `kind:text`, else as they are."""
        pair = self.pairs.get(f"{kind}:{text}", (text, text))
        return self.say("plain", text=pair)

    def sentence(self, kind: str, text: str) -> tuple[str, str]:
        """A sentence of the program in both languages, where words.toml has one `kind_...` that it fits, {places} standing for what differs; else as it is.
        A {sentence} within it is one of the same kind, other values are put in the words of `kind:value` where there are such."""
        for key, (english, chinese) in self.pairs.items():
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(english))
            if key.startswith(f"{kind}_") and (found := re.fullmatch(pattern, text, re.S)):
                values = {name: self.pairs.get(f"{kind}:{value}", (value, value))[1] for name, value in found.groupdict().items()}
                if "sentence" in values:
                    values["sentence"] = self.sentence(kind, values["sentence"])[1]
                return text, re.sub(r"\{(\w+)\}", lambda match: values[match[1]], chinese)
        return text, text

    def mark(self, key: str) -> str:
        """The token of a word in a figure."""
        return "@{" + key + "}"

    def used_in(self, text: str) -> dict[str, tuple[str, str]]:
        """Pairs of all tokens in a text."""
        return {key: self.pair(key) for key in sorted(set(re.findall(r"@\{([^}]+)\}", text)))}
