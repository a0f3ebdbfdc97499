"""The tables of docs/reliability.md, written by the suites that try the faults.

    table = Table("collect", names)         `names`: every fault that the suite knows
    table.add(Row(name, tried, ...))        what was just seen
    table.check()                           the page says the same

A table stands between two comments of the page. A run that leaves some faults out (they take
too long, or need rights) compares the rows that it has. With HINDCAST_WRITE_DOCS=1 the rows
that were seen are written into the page instead.
"""
import dataclasses
import os
import re

from util import ROOT

PAGE = ROOT / "docs/reliability.md"
HEAD = ("| fault | tried | survived | what the program does | rows lost |\n"
        "|---|---|---|---|---|\n")


@dataclasses.dataclass(frozen=True)
class Row:
    """`alone`: of those tried, how many runs went on by themselves to the end."""
    fault: str
    tried: int
    alone: int
    does: str
    lost: int

    def __str__(self):
        survived = ("by itself" if self.alone == self.tried else
                    "run again" if self.alone == 0 else f"by itself: {self.alone}")
        cells = (self.fault, self.tried, survived, self.does, self.lost)
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


class Table:
    def __init__(self, name, faults, head=HEAD):
        self.head = head
        self.faults, self.seen = list(faults), {}
        self.place = re.compile(rf"(<!-- {name} -->\n\n).*?(\n<!-- end of {name} -->)", re.S)

    def add(self, row):
        self.seen[row.fault] = str(row)

    def committed(self):
        """{fault: its line}, in the order of the page."""
        lines = self.place.search(PAGE.read_text())[0].splitlines()
        rows = [line for line in lines if line.startswith("| ")][1:]
        return {line[2:].split(" | ")[0]: line for line in rows}

    def check(self):
        assert self.seen, "no fault was tried"
        if os.environ.get("HINDCAST_WRITE_DOCS"):
            self.write()
        there = self.committed()
        assert list(there) == self.faults, "docs/reliability.md lists other faults"
        for fault, line in self.seen.items():
            assert there[fault] == line, f"docs/reliability.md is not what was seen: {fault}"

    def write(self):
        rows = {**self.committed(), **self.seen}
        lines = [rows[fault] for fault in self.faults if fault in rows]
        text = self.head + "".join(f"{line}\n" for line in lines)
        PAGE.write_text(self.place.sub(lambda m: m[1] + text + m[2], PAGE.read_text()))
