"""python check_includes.py ROOT

Reads every #include line of src/, kernels/ and tests/ and fails on
  - an upward include, or one of a layer the including layer must be blind to;
  - a cycle of headers;
  - an include of ours that does not name an existing file as "layer/file.hpp";
  - an external header outside its one place, or one that layers.py does not know.
"""

import dataclasses
import pathlib
import re
import sys

import layers

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".cpp", ".hpp", ".h", ".in"}


@dataclasses.dataclass(frozen=True)
class Include:
    path: str  # including file, relative to the root
    line: int
    quoted: bool
    target: str


def read_includes(root: pathlib.Path) -> list[Include]:
    found = []
    for folder in ("src", "kernels", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SOURCE_SUFFIXES or not path.is_file():
                continue
            for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(text)
                if match:
                    found.append(Include(path.relative_to(root).as_posix(), number, match[1] == '"', match[2]))
    return found


def layer_of(path: str) -> str | None:
    """The layer a file belongs to; None for tests, which may look everywhere."""
    parts = path.split("/")
    if parts[0] == "kernels":
        return "kernels"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def resolve(root: pathlib.Path, include: Include) -> str | None:
    """The path of the file of ours that is included, relative to the root, or None."""
    top = include.target.split("/")[0]
    if top in layers.LAYERS and "/" in include.target:
        path = include.target if top == "kernels" else "src/" + include.target
        # base/version.hpp is made from version.hpp.in.
        if (root / path).is_file() or (root / (path + ".in")).is_file():
            return path
    # Tests and benchmarks may share a header that lies beside them.
    beside = (pathlib.PurePosixPath(include.path).parent / include.target).as_posix()
    if include.path.startswith(("tests/", "kernels/tests/", "kernels/bench/")):
        for path in (beside, include.target):
            if (root / path).is_file():
                return path
    return None


def external_fault(include: Include) -> str | None:
    for pattern, places in layers.EXTERNAL.items():
        if re.fullmatch(pattern, include.target):
            tests = tuple(re.sub(r"^src/([a-z]+).*", r"tests/unit/\1/", place) for place in places)
            if include.path.startswith(places + tests):
                return None
            return f"<{include.target}> may be included only under {', '.join(places)}"
    # The C++ standard library's headers have neither a dot nor a slash.
    if re.fullmatch(r"[a-z_0-9]+", include.target):
        return None
    return f"<{include.target}> is unknown; name it and its one place in tests/structure/layers.py"


def find_cycle(graph: dict[str, list[str]]) -> list[str] | None:
    """A cycle of the graph as [a, b, ..., a], or None."""
    done: set[str] = set()
    for start in sorted(graph):
        trail: list[str] = []
        stack = [(start, iter(graph.get(start, [])))]
        if start in done:
            continue
        trail.append(start)
        while stack:
            node, following = stack[-1]
            for successor in following:
                if successor in trail:
                    return trail[trail.index(successor):] + [successor]
                if successor not in done:
                    trail.append(successor)
                    stack.append((successor, iter(graph.get(successor, []))))
                    break
            else:
                done.add(node)
                trail.pop()
                stack.pop()
    return None


def check(root: pathlib.Path) -> list[str]:
    """All faults of the tree, each in words with file and line."""
    faults = []
    graph: dict[str, list[str]] = {}
    for include in read_includes(root):
        where = f"{include.path}:{include.line}"
        layer = layer_of(include.path)
        if layer is not None and layer not in layers.LAYERS:
            faults.append(f"{where}: folder src/{layer} is no layer of tests/structure/layers.py")
            continue
        target = resolve(root, include) if include.quoted else None
        if target is None:
            if include.quoted:
                faults.append(f'{where}: "{include.target}" is no file of ours; expected "layer/file.hpp"')
            elif (fault := external_fault(include)) is not None:
                faults.append(f"{where}: {fault}")
            continue
        graph.setdefault(include.path, []).append(target)
        target_layer = layer_of(target)
        if layer is None or target_layer is None or layer == target_layer:
            continue
        if layers.LAYERS.index(target_layer) > layers.LAYERS.index(layer):
            faults.append(f'{where}: upward include of "{include.target}": {layer} stands left of {target_layer}')
        elif target_layer in layers.BLIND_TO.get(layer, set()):
            faults.append(f'{where}: {layer} must not know {target_layer} ("{include.target}")')
        elif target.startswith(layers.BLIND_TO_FOLDERS.get(layer, ())):
            faults.append(f'{where}: {layer} must not know "{include.target}"')
    cycle = find_cycle(graph)
    if cycle:
        faults.append("cycle of includes: " + " -> ".join(cycle))
    return faults


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(sys.argv[1])
    faults = check(root)
    for fault in faults:
        print(fault)
    files = len({include.path for include in read_includes(root)})
    print(f"{files} files read, {len(faults)} faults")
    return 1 if faults or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
