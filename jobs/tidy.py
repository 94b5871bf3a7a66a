"""python jobs/tidy.py BUILD_FOLDER [--jobs N]

Runs clang-tidy with the project's .clang-tidy on every source of src/ and kernels/ in BUILD_FOLDER's
compile_commands.json, and fails on a finding. A file that passed is not looked at again until it, a header
of the project that it includes, its compile command or .clang-tidy changes (BUILD_FOLDER/tidy/ remembers).
BUILD_FOLDER must have been built with Ninja, which knows the headers of each source.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKED_FOLDERS = ("src", "kernels")


def headers_by_object(build: pathlib.Path) -> dict[str, list[pathlib.Path]]:
    """Object file -> the project's own files it was compiled from, as Ninja recorded them."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True, capture_output=True, text=True)
    found: dict[str, list[pathlib.Path]] = {}
    current: list[pathlib.Path] = []
    for line in listing.stdout.splitlines():
        if line and not line.startswith((" ", "ninja:")):
            current = found.setdefault(line.split(":")[0], [])
        elif line.strip():
            path = (build / line.strip()).resolve()
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                current.append(path)
    return found


def fingerprint(command: str, files: list[pathlib.Path]) -> str:
    digest = hashlib.sha256(command.encode())
    for path in [ROOT / ".clang-tidy", *sorted(files)]:
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check(build: pathlib.Path, source: str) -> tuple[bool, str]:
    """Runs clang-tidy on one source; gives whether it passed, and its words."""
    # Warnings of the compiler are GCC's business (-Werror in the build); clang's own differ from release to release.
    run = subprocess.run(
        ["clang-tidy", "-p", str(build), "--quiet", "--extra-arg=-Wno-everything", source],
        capture_output=True, text=True)
    return run.returncode == 0, run.stdout + (run.stderr if run.returncode else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    headers = headers_by_object(build)
    passed_dir = build / "tidy"
    passed_dir.mkdir(exist_ok=True)
    todo = []
    total = 0
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"]).resolve()
        if not any(source.is_relative_to(ROOT / folder) for folder in CHECKED_FOLDERS):
            continue
        total += 1
        obj = entry["command"].split(" -o ")[1].split()[0]
        mark = passed_dir / fingerprint(entry["command"], [source, *headers.get(obj, [])])
        if not mark.exists():
            todo.append((str(source), mark))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = pool.map(lambda item: check(build, item[0]), todo)
        for (source, mark), (passed, words) in zip(todo, runs):
            if passed:
                mark.touch()
            else:
                failed += 1
                print(f"{os.path.relpath(source, ROOT)}:\n{words}", flush=True)
    print(f"clang-tidy: {total} sources, {len(todo)} looked at, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
