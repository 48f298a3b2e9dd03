#!/usr/bin/env python3
"""Edges that wait for their control.

A framework file may only name controls that exist, but the judgement which control will bear on which requirement was
made for the whole catalogue at once. `waiting/<framework>.tsv` keeps the part whose controls are not written yet, one
edge a line: requirement, control, strength, group, resources, why. This script tells how much waits and moves edges
into force.

    waiting.py                 edges in force and waiting, per framework and source of the control
    waiting.py --json          the same, for programs
    waiting.py --control ID    every edge of one control, in force or waiting
    waiting.py --apply         move each edge whose control file exists into its requirement in <framework>.toml
    waiting.py --check         exit 1 if --apply was forgotten or a waiting edge is wrong

Python 3.11 or newer, standard library only. Edges of a requirement are ordered by strength, then by control, so the
order in which controls arrive does not show in the files.
"""

import argparse
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
COLUMNS = ["requirement", "control", "strength", "group", "resources", "why"]
STRENGTHS = ["strong", "supporting", "indicative"]
SOURCES = {
    "aws": "aws",
    "github": "github",
    "k8s": "kubernetes",
    "process": "programme",
    "repo": "repository",
    "vuln": "vulnerabilities",
}


class Edge(NamedTuple):
    """One control bearing on one requirement; the fields are the columns of the TSV, in their order."""

    requirement: str
    control: str
    strength: str
    group: str
    resources: str
    why: str

    @property
    def source(self):
        """Where the control looks, told by the first word of its id."""
        prefix = self.control.split("-")[0]
        return SOURCES.get(prefix, prefix)

    def rank(self):
        return (STRENGTHS.index(self.strength), self.control)


class Refused(Exception):
    """A file is not what it should be; the text says which and why."""


class Framework:
    """One framework file and the edges that wait for it."""

    def __init__(self, path):
        self.id = path.stem
        self.toml = path
        self.tsv = path.parent / "waiting" / f"{path.stem}.tsv"
        self.text = path.read_text(encoding="utf-8")
        self.levels = {}
        self.in_force = []
        for row in tomllib.loads(self.text)["requirement"]:
            self.levels[row["id"]] = row.get("level", "requirement")
            for edge in row.get("controls", []):
                self.in_force.append(edge_of(row["id"], edge, path.name))
        self.waiting = read_waiting(self.tsv)

    def problems(self):
        """What makes the waiting edges unfit to be moved, one sentence each."""
        taken = {(edge.requirement, edge.control) for edge in self.in_force}
        for edge in self.waiting:
            where = f"{self.tsv.name}: {edge.requirement} {edge.control}"
            if self.levels.get(edge.requirement) != "requirement":
                yield f"{where}: {self.toml.name} has no such requirement"
            if edge.strength not in STRENGTHS:
                yield f"{where}: strength is {edge.strength!r}, not one of {', '.join(STRENGTHS)}"
            if not edge.why:
                yield f"{where}: no reason given"
            if (edge.requirement, edge.control) in taken:
                yield f"{where}: this edge is there already"
            taken.add((edge.requirement, edge.control))

    def prepare(self, controls):
        """The framework file's text with the edges of `controls` in force, and the edges that go on waiting."""
        ready = {}
        for edge in self.waiting:
            if edge.control in controls:
                ready.setdefault(edge.requirement, []).append(edge)
        head, *blocks = self.text.split("\n[[requirement]]\n")
        for at, block in enumerate(blocks):
            row = tomllib.loads(block)
            arrived = ready.pop(row["id"], [])
            if arrived:
                edges = [edge_of(row["id"], edge, self.toml.name) for edge in row.get("controls", [])] + arrived
                blocks[at] = with_controls(block, sorted(edges, key=Edge.rank), self.toml.name)
        if ready:
            raise Refused(f"{self.toml.name}: no place found for {', '.join(sorted(ready))}")
        text = "\n[[requirement]]\n".join([head, *blocks])
        if without_controls(text) != without_controls(self.text):
            raise Refused(f"{self.toml.name}: moving the edges would change more than controls, nothing was written")
        return text, [edge for edge in self.waiting if edge.control not in controls]

    def write(self, text, waiting):
        """Replaces both files by what `prepare` returned."""
        replace(self.toml, text)
        replace(self.tsv, "".join("\t".join(row) + "\n" for row in [COLUMNS, *waiting]))


def edge_of(requirement, table, file):
    """An edge as the framework file writes it."""
    control = table.get("id", "a control without id")
    if unknown := table.keys() - {"id", *COLUMNS[2:]}:
        raise Refused(f"{file}: {requirement} {control}: this script does not know {', '.join(sorted(unknown))}")
    if "id" not in table or table.get("strength") not in STRENGTHS:
        raise Refused(f"{file}: {requirement} {control}: id or strength is missing or unknown")
    return Edge(requirement, control, *(table.get(column, "") for column in COLUMNS[2:]))


def read_waiting(path):
    """The edges of a TSV: UTF-8, one header line, no quoting, every column present though it may be empty."""
    if not path.exists():
        return []
    header, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if header.split("\t") != COLUMNS:
        raise Refused(f"{path.name}:1: the columns must be {', '.join(COLUMNS)}")
    edges = []
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise Refused(f"{path.name}:{number}: {len(cells)} columns, expected {len(COLUMNS)}")
        edges.append(Edge(*cells))
    return edges


def without_controls(text):
    """A framework file's content apart from its edges."""
    content = tomllib.loads(text)
    for row in content["requirement"]:
        row.pop("controls", None)
    return content


def with_controls(block, edges, name):
    """The text of a requirement with its `controls` replaced, or added before `attestations`."""
    lines = block.split("\n")
    written = ["controls = [", *render(edges), "]"]
    if "controls = [" in lines:
        start = lines.index("controls = [")
        end = lines.index("]", start)
        if not all(line.startswith("  { ") for line in lines[start + 1 : end]):
            raise Refused(f"{name}: {edges[0].requirement}: controls must stand one a line, without comments")
        lines[start : end + 1] = written
    else:
        # The fields of a table end at its first empty line; what follows may be a comment on the next one.
        end = lines.index("") if "" in lines else len(lines)
        start = lines.index("attestations = [") if "attestations = [" in lines else end
        lines[start:start] = written
    return "\n".join(lines)


def render(edges):
    """One line per edge, the columns aligned."""
    control = max(len(quoted(edge.control)) for edge in edges) + 1
    strength = max(len(quoted(edge.strength)) for edge in edges) + 1
    for edge in edges:
        line = f"  {{ id = {quoted(edge.control) + ',':<{control}} strength = {quoted(edge.strength) + ',':<{strength}}"
        line += f" why = {quoted(edge.why)}"
        for field in ("group", "resources"):
            if value := getattr(edge, field):
                line += f", {field} = {quoted(value)}"
        yield line + " },"


def quoted(value):
    """A TOML basic string; JSON escapes the same characters in the same way."""
    return json.dumps(value, ensure_ascii=False)


def replace(path, text):
    """Writes a whole file or nothing of it."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def existing_controls():
    """Ids of the controls that are written: controls/<source>/<area>/<id>.toml."""
    return {path.stem for path in (HERE.parent / "controls").glob("*/*/*.toml")}


def summary(frameworks):
    """Rows of the default answer: per framework and source, edges in force, edges waiting, controls waited for."""
    for framework in frameworks:
        for source in sorted({edge.source for edge in framework.in_force + framework.waiting}):
            waiting = [edge for edge in framework.waiting if edge.source == source]
            yield {
                "framework": framework.id,
                "source": source,
                "in_force": sum(edge.source == source for edge in framework.in_force),
                "waiting": len(waiting),
                "controls_awaited": len({edge.control for edge in waiting}),
            }


def print_summary(rows, awaited):
    line = "{framework:<18} {source:<16} {in_force:>9} {waiting:>9} {controls_awaited:>17}".format
    print(line(framework="framework", source="source", in_force="in force", waiting="waiting", controls_awaited="controls awaited"))
    for row in rows:
        print(line(**row))
    total = {key: sum(row[key] for row in rows) for key in ("in_force", "waiting")}
    print(line(framework="all", source="", controls_awaited=awaited, **total))


def print_control(frameworks, control):
    """Every edge of one control; returns how many there are."""
    found = 0
    for framework in frameworks:
        for state, edges in (("in force", framework.in_force), ("waiting", framework.waiting)):
            for edge in edges:
                if edge.control == control:
                    found += 1
                    extra = "".join(f" [{key} {value}]" for key in ("group", "resources") if (value := getattr(edge, key)))
                    print(f"{framework.id:<18} {edge.requirement:<24} {edge.strength:<10} {state:<8}  {edge.why}{extra}")
    return found


def main():
    parser = argparse.ArgumentParser(description="Edges of the framework files that wait for their control.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--json", action="store_true", help="print the counts as JSON")
    action.add_argument("--control", metavar="ID", help="list the edges of one control")
    action.add_argument("--apply", action="store_true", help="move edges whose control exists into the framework files")
    action.add_argument("--check", action="store_true", help="exit 1 if an edge could be moved or is wrong")
    options = parser.parse_args()

    frameworks = [Framework(path) for path in sorted(HERE.glob("*.toml")) if path.stem not in ("topics", "identifiers")]
    controls = existing_controls()
    if options.control:
        if not print_control(frameworks, options.control):
            raise Refused(f"no framework names {options.control}")
    elif options.apply or options.check:
        problems = [problem for framework in frameworks for problem in framework.problems()]
        known = {framework.tsv for framework in frameworks}
        for stray in sorted(set((HERE / "waiting").glob("*.tsv")) - known):
            problems.append(f"{stray.name}: there is no framework {stray.stem}")
        if options.check:
            for framework in frameworks:
                for edge in framework.waiting:
                    if edge.control in controls:
                        problems.append(f"{framework.tsv.name}: {edge.requirement} {edge.control}: the control exists, run --apply")
        if problems:
            raise Refused("\n".join(problems))
        if options.apply:
            # All texts are made before the first is written, so a refusal leaves every file as it was.
            for framework, (text, waiting) in [(framework, framework.prepare(controls)) for framework in frameworks]:
                if moved := len(framework.waiting) - len(waiting):
                    framework.write(text, waiting)
                    print(f"{framework.id}: {moved} edges moved into force")
    else:
        rows = list(summary(frameworks))
        awaited = len({edge.control for framework in frameworks for edge in framework.waiting})
        if options.json:
            print(json.dumps({"rows": rows, "controls_awaited": awaited}, indent=2))
        else:
            print_summary(rows, awaited)


if __name__ == "__main__":
    try:
        main()
    except (Refused, OSError, ValueError) as error:  # ValueError: not TOML, not UTF-8
        print(error, file=sys.stderr)
        sys.exit(1)
