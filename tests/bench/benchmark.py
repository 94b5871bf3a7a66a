"""What every benchmark of tests/bench shares: its context, a fair clock, and the line it prints."""

import collections.abc
import dataclasses
import pathlib
import statistics
import time


class NotReady(Exception):
    """Something the benchmark needs is not there; the words say what, and how to make it."""


@dataclasses.dataclass(frozen=True)
class Context:
    root: pathlib.Path  # of the project
    build: pathlib.Path  # build folder
    cap_s: float = 1200.0  # after which a peer is stopped; it then counts as so long
    hours: tuple[int, ...] = (24, 168, 720, 8760)  # of `scaling`
    copies: tuple[int, ...] = (1, 4, 16)  # of `scaling`
    ranks: tuple[int, ...] = (1, 2, 3)  # of `scaling`
    cases: tuple[str, ...] = ("2030", "2030-cycling")  # of `year`, in cases/northwest
    options: tuple[str, ...] = ()  # of `longyang run`, besides those of the benchmark

    def program(self, name: str) -> pathlib.Path:
        """Path of a built program; raises NotReady where it was not built."""
        path = self.build / "bin" / name
        if not path.is_file():
            raise NotReady(f"{path} is not there; run jobs/build.sh release")
        return path


@dataclasses.dataclass(frozen=True)
class Measurement:
    part: str  # what of the benchmark, or "" where it has one part only
    ours_s: float
    peer_s: float
    peer: str
    version: str
    size: str

    def line(self, name: str) -> str:
        title = f"{name}.{self.part}" if self.part else name
        return (f"{title}: ours={self.ours_s:.3g} s peer={self.peer_s:.3g} s ratio={self.peer_s / self.ours_s:.3g} "
                f"({self.peer}, {self.version}, {self.size})")


@dataclasses.dataclass(frozen=True)
class Reading:
    """Ours where no peer goes: what was measured, in words."""
    part: str
    words: str

    def line(self, name: str) -> str:
        return f"{name}.{self.part}: {self.words}"


def interleaved_medians(
    *functions: collections.abc.Callable[[], object], rounds: int = 5
) -> list[float]:
    """Median seconds of each function, called in turn `rounds` times after one call that does not count, so
    that a machine that slows down or a cache that fills treats all alike."""
    seconds: list[list[float]] = [[] for _ in functions]
    for round_number in range(rounds + 1):
        for function, taken in zip(functions, seconds):
            start = time.perf_counter()
            function()
            if round_number > 0:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]
