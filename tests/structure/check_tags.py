"""Holds the tags of equations in docs/theory against those in the sources: every equation that a page defines
(**TH-3**) has to be named in the code that builds it, and every tag in the code has to be defined on a page.

    check_tags.py ROOT
"""

import pathlib
import re
import sys

# Pages whose equations are built by the code; other pages may speak of tags but define none.
PAGES = ("thermal", "hydro", "storage", "flexible-loads", "renewables-and-load", "hvdc", "reserves", "network",
         "dc-power-flow", "contingencies", "ac-power-flow", "price-engine", "export-limits", "settlement", "all-clean", "targets",
         "service")
# Where an equation is built, and where else tags are spoken of.
BUILDS = ("src/grid", "src/model", "src/powerflow", "src/security", "src/solve/prices", "src/certify", "src/python",
          "kernels")
SPEAKS = ("src", "kernels")

DEFINITION = re.compile(r"\*\*([A-Z][A-Z0-9]-\d+)\*\*")
TAG = re.compile(r"\b([A-Z][A-Z0-9]-\d+)\b")


def defined_tags(root: pathlib.Path) -> dict[str, list[str]]:
    """The pages that define each tag."""
    tags: dict[str, list[str]] = {}
    for page in PAGES:
        path = root / "docs" / "theory" / f"{page}.md"
        if path.exists():
            for tag in DEFINITION.findall(path.read_text()):
                tags.setdefault(tag, []).append(f"docs/theory/{page}.md")
    return tags


def used_tags(root: pathlib.Path, folders: tuple[str, ...]) -> dict[str, str]:
    """The first place, as file:line, that names each tag. Tests do not count: they name what they test."""
    tags: dict[str, str] = {}
    for folder in folders:
        sources = [*(root / folder).rglob("*.[ch]pp"), *(root / folder).rglob("*.py")]
        for path in sorted(sources):
            if "tests" in path.relative_to(root).parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for tag in TAG.findall(line):
                    tags.setdefault(tag, f"{path.relative_to(root)}:{number}")
    return tags


def check(root: pathlib.Path) -> list[str]:
    """All faults, in words."""
    defined = defined_tags(root)
    built = used_tags(root, BUILDS)
    faults = []
    for page in PAGES:
        if not (root / "docs" / "theory" / f"{page}.md").exists():
            faults.append(f"docs/theory/{page}.md is missing")
    for tag, pages in sorted(defined.items()):
        if len(pages) > 1:
            faults.append(f"{tag} is defined {len(pages)} times: {', '.join(pages)}")
        if tag not in built:
            faults.append(f"{pages[0]}: {tag} is named nowhere in {', '.join(BUILDS)}")
    for tag, place in sorted(used_tags(root, SPEAKS).items()):
        if tag not in defined:
            faults.append(f"{place}: {tag} is defined on no page of docs/theory")
    return faults


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(sys.argv[1])
    faults = check(root)
    for fault in faults:
        print(fault)
    tags = len(defined_tags(root))
    print(f"{tags} tags defined, {len(faults)} faults")
    return 1 if faults or tags == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
