#!/usr/bin/env python3
"""Completeness of the framework files, counted against what is known about each edition.

Checks that no requirement is missing or invented (counts per chapter, and identifiers that circulate in public
catalogues although the standard has none of that name), that headings and titles hold, and that every reference inside
a file leads somewhere. Whether controls exist is the catalogue lint's business. Prints what is wrong and exits 1.

Python 3.11 or newer, standard library only.
"""

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEVELS = {"requirement", "group", "context", "superseded"}
KINDS = {"technical", "process", "physical"}
EVIDENCE = {"auto", "partial", "manual"}
STRENGTHS = ["strong", "supporting", "indicative"]
EDGE_FIELDS = {"id", "strength", "why", "group", "resources"}
ATTESTATION_FIELDS = {"topic", "valid_days", "why"}

# Framework -> (what is counted, level, pattern the whole identifier matches, how many there are).
COUNTS = {
    "soc2": [
        *((f"CC{n}", "requirement", rf"CC{n}\.\d", count) for n, count in enumerate([5, 3, 4, 2, 3, 8, 5, 1, 2], start=1)),
        ("availability", "requirement", r"A1\.\d", 3),
        ("confidentiality", "requirement", r"C1\.\d", 2),
        ("processing integrity", "requirement", r"PI1\.\d", 5),
        ("privacy", "requirement", r"P\d\.\d", 18),
        ("all", "requirement", r".*", 61),
    ],
    "iso27001": [
        *((f"A.{n}", "requirement", rf"A\.{n}\.\d+", count) for n, count in [(5, 37), (6, 8), (7, 14), (8, 34)]),
        ("clauses", "requirement", r"\d+\.\d(\.\d)?", 30),
        ("headings of the clauses", "group", r"(6\.1|7\.5|9\.2|9\.3)", 4),
        ("all", "requirement", r".*", 123),
    ],
    "gdpr": [
        ("articles without numbered paragraphs", "requirement", r"\d+", 7),
        ("all", "requirement", r".*", 156),
        ("paragraphs without a duty", "context", r".*", 60),
    ],
    "hipaa": [
        ("Security Rule", "requirement", r"164\.31?[0-9].*", 73),
        ("Breach Notification Rule", "requirement", r"164\.4.*", 29),
        ("general rules", "context", r"164\.306.*", 5),
        ("breach definitions", "context", r"164\.40[02]", 2),
        ("all", "requirement", r".*", 102),
    ],
    "pci-dss": [
        *(
            (f"requirement {n}", "requirement", rf"{n}\.\d+\.\d.*", count)
            for n, count in enumerate([19, 11, 29, 6, 13, 18, 12, 28, 27, 26, 21, 37], start=1)
        ),
        ("superseded", "superseded", r"(6\.4\.1|8\.3\.10|10\.7\.1)", 3),
        ("sections", "group", r"\d+\.\d+", 63),
        ("sections of the appendices", "group", r"A\d\.\d", 8),
        *((f"appendix A{n}", "requirement", rf"A{n}\..*", count) for n, count in [(1, 7), (2, 3), (3, 20)]),
        ("all", "requirement", r".*", 277),
    ],
    "security-baseline": [
        ("sections", "group", r"[A-Z0-9]+", 21),
        ("all", "requirement", r".*", 106),
    ],
}

# HIPAA: what the notes say about standards and implementation specifications of the Security Rule.
HIPAA_NOTES = [
    ("standards", r"164\.3.*", r"Standard\b.*", 22),
    ("required specifications of 308, 310, 312", r"164\.3(08|10|12).*", r"Implementation specification, required.*", 14),
    ("addressable specifications", r"164\.3.*", r"Implementation specification, addressable.*", 22),
]

# Identifiers that public catalogues list and the standards do not have.
INVENTED = {
    "soc2": "A1.4 C1.3 C1.4 CC2.4 CC5.4 CC5.5 CC6.9 CC8.2 P1.2 P1.3 P1.4 P4.4 P5.3 P5.4 P6.8 PP1.1 PP1.2 PP1.3 PP1.4 PP1.5 "
    "CC.5.3 CM_8b",
    "iso27001": "9.1.1 9.1.2",
    "gdpr": "AG-1 DS-1 LBT-1 PR-1",
    "hipaa": "164.308(b)(4) 164.310(d)(1)(i) 164.310(d)(1)(ii) 164.310(d)(1)(iii) 164.310(d)(1)(iv)",
    "pci-dss": "1.2.9 1.2.10 A3.3.1.2",
}
INVENTED_SHAPES = {
    "iso27001": r"A\.\d+\.\d+\.\d+",  # the edition of 2013
    "hipaa": r"164\.308\(a\)\(\d\)\([A-Z]\)",  # (ii) left out
}


def check_counts(name, rows):
    """Counts and identifiers against the edition."""
    for what, level, pattern, expected in COUNTS.get(name, []):
        found = sum(row.get("level", "requirement") == level and bool(re.fullmatch(pattern, row["id"])) for row in rows)
        if found != expected:
            yield f"{what}: {found} rows of level {level}, the edition has {expected}"
    if name == "hipaa":
        for what, ids, note, expected in HIPAA_NOTES:
            found = sum(bool(re.fullmatch(ids, row["id"]) and re.fullmatch(note, row.get("note", ""))) for row in rows)
            if found != expected:
                yield f"{what}: {found} rows, the rule has {expected}"
    for row in rows:
        invented = row["id"] in INVENTED.get(name, "").split()
        if invented or re.fullmatch(INVENTED_SHAPES.get(name, "(?!)"), row["id"]):
            yield f"{row['id']}: the standard has no such identifier"


def check_rows(rows):
    """Identifiers, parents, levels and titles."""
    seen = {}
    titles = Counter(row["title"].casefold() for row in rows)
    for row in rows:
        where, level = row["id"], row.get("level", "requirement")
        if where in seen:
            yield f"{where}: the identifier appears twice"
        if "parent" in row and row["parent"] not in seen:
            yield f"{where}: its parent {row['parent']} does not stand above it"
        seen[where] = level
        if level not in LEVELS:
            yield f"{where}: level {level!r} is unknown"
        if titles[row["title"].casefold()] > 1:
            yield f"{where}: another row has the title {row['title']!r}"
        if not 0 < len(row["title"].split()) <= 10:
            yield f"{where}: a title has one to ten words"
        assessed = {"kind", "evidence", "when", "controls", "attestations"} & row.keys()
        if level != "requirement" and assessed:
            yield f"{where}: only requirements have {', '.join(sorted(assessed))}"
        if level == "requirement" and not (row.get("kind") in KINDS and row.get("evidence") in EVIDENCE):
            yield f"{where}: kind or evidence is missing or unknown"


def check_scope(questions, rows):
    """Every `when` asks a declared question for an answer that can be given."""
    for row in rows:
        for key, answer in row.get("when", {}).items():
            question = questions.get(key)
            if question is None:
                yield f"{row['id']}: there is no scope question {key}"
            elif answer not in question.get("choices", [True, False]):
                yield f"{row['id']}: {answer!r} is no answer to {key}"
    for key, question in questions.items():
        default, choices = question["default"], question.get("choices", [True, False])
        for answer in default if isinstance(default, list) else [default]:
            if answer not in choices:
                yield f"scope.{key}: the default {answer!r} is none of its choices"


def check_edges(rows, topics):
    """Controls and attestations of each requirement: complete, once, in order."""
    for row in rows:
        edges = row.get("controls", [])
        for edge in edges:
            if not {"id", "strength", "why"} <= edge.keys() <= EDGE_FIELDS or edge["strength"] not in STRENGTHS or not edge["why"]:
                yield f"{row['id']}: {edge.get('id')}: needs id, strength and why"
        order = [(STRENGTHS.index(edge["strength"]), edge["id"]) for edge in edges if edge.get("strength") in STRENGTHS]
        if order != sorted(order):
            yield f"{row['id']}: controls go from strong to indicative, then by id"
        if len({edge["id"] for edge in edges}) != len(edges):
            yield f"{row['id']}: a control is named twice"
        attestations = row.get("attestations", [])
        for attestation in attestations:
            if attestation.get("topic") not in topics or not {"topic", "valid_days"} <= attestation.keys() <= ATTESTATION_FIELDS:
                yield f"{row['id']}: {attestation.get('topic')}: unknown topic, or fields missing"
        if len({attestation["topic"] for attestation in attestations}) != len(attestations):
            yield f"{row['id']}: a topic is named twice"


def main():
    topics = {topic["id"] for topic in tomllib.loads((HERE / "topics.toml").read_text(encoding="utf-8"))["topic"]}
    used, wrong = set(), []
    for path in sorted(HERE.glob("*.toml")):
        if path.stem in ("topics", "identifiers"):
            continue
        framework = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = framework["requirement"]
        used |= {attestation["topic"] for row in rows for attestation in row.get("attestations", [])}
        checks = [
            check_counts(path.stem, rows),
            check_rows(rows),
            check_scope(framework.get("scope", {}), rows),
            check_edges(rows, topics),
        ]
        wrong += [f"{path.name}: {problem}" for check in checks for problem in check]
    wrong += [f"topics.toml: {topic}: no requirement asks for it" for topic in sorted(topics - used)]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
