"""What limits the HVDC lines, by cause; from the file's group `security` where the run has one."""

from __future__ import annotations

from ..figure import Figure
from ..markup import paragraph
from ..study import Study


def part(study: Study) -> tuple[str, list[Figure]]:
    """HTML and figures; where the file has no such group, the command that finds the limits."""
    say = study.words.say
    if study.group("security") is None:
        return paragraph(say("security_absent", command=f"longyang flow {study.header['case_folder']} --schedule {study.results.path}"), "note"), []
    return "", []
