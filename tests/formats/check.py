"""Machine formats against their own schemas and parsers.

    check.py SCHEMAS FOLDER...

Each folder holds one state of reports, `report.sarif`, `report.oscal.json` and so on; every format must be in every folder. SCHEMAS is a
folder with what `tests/run formats` took out of packages: NIST's JSON schemas of OSCAL, the SARIF Multitool with its schema, Jenkins'
schema of JUnit XML, and `assize.report.json`, the schema that `assize report --schema` prints.
"""

import collections
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema_rs
import junitparser
import xmlschema
from markdown_it import MarkdownIt
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as exposition

# What a comment may hold of HTML; everything else would be a name that became markup.
OUR_HTML = re.compile(r"\s*(?:<!-- assize report -->|</?(?:details|summary|b|sub|code)>|[^<>])*\s*")
COMMENT_LIMIT = 65_536
# Notes of taste aside, the Multitool warns of one thing: a home page, which the program does not have yet.
EXPECTED_WARNINGS = {"SARIF2005"}


class Wrong(Exception):
    """A report is not what its format asks for."""


def expect(holds, message):
    if not holds:
        raise Wrong(message)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def validate(schema, document, limit=5):
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    errors = []
    for error in validator.iter_errors(document):
        errors.append(f"{'/'.join(map(str, error.instance_path))}: {str(error.message)[:300]}")
        if len(errors) == limit:
            break
    expect(not errors, "; ".join(errors))


def closed(schema):
    """The schema with every object closed: a field that it does not name is a mistake here, though not for a reader."""
    if isinstance(schema, dict):
        made = {name: closed(value) for name, value in schema.items()}
        if made.get("type") == "object" and "properties" in made:
            made.setdefault("additionalProperties", False)
        return made
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


class Checks:
    def __init__(self, schemas):
        self.schemas = schemas
        self.report = closed(load(schemas / "assize.report.json"))
        self.sarif_schema = load(schemas / "multitool" / "sarif-2.1.0.json")
        self.results_schema = load(schemas / "oscal" / "oscal_assessment-results_schema.json")
        self.component_schema = load(schemas / "oscal" / "oscal_component_schema.json")
        ocsf = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))
        self.event = jsonschema_rs.validator_for(ocsf.get_class_schema(ocsf.lookup_class_name_from_uid(2003)), validate_formats=True)
        self.junit_schema = xmlschema.XMLSchema(str(schemas / "junit" / "jenkins-junit.xsd"))

    def json(self, path):
        validate(self.report, load(path))

    def sarif(self, path):
        log = load(path)
        validate(self.sarif_schema, log)
        categories = [run["automationDetails"]["id"].rsplit("/", 1)[0] for run in log["runs"]]
        expect(len(categories) == len(set(categories)), "two runs of one category: code scanning refuses them")
        for run in log["runs"]:
            hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
            expect(len(hashes) == len(set(hashes)), "two results would be one alert")
            for result in run["results"]:
                expect((result["kind"] == "fail") == (result["level"] != "none"), "only a failure has a level (3.27.10)")
        found = path.with_suffix(".found")
        ran = subprocess.run(
            [self.schemas / "multitool" / "Sarif.Multitool", "validate", path, "--rule-kind", "Sarif;Ghas"]
            + ["--json-schema", self.schemas / "multitool" / "sarif-2.1.0.json", "--output", found, "--log", "ForceOverwrite"],
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        expect(ran.returncode == 0, f"the SARIF Multitool ended with {ran.returncode}: {ran.stdout[-500:]}{ran.stderr[-500:]}")
        said = [(result.get("level", "warning"), result["ruleId"], str(result["message"])) for result in load(found)["runs"][0]["results"]]
        found.unlink()
        bad = [one for one in said if one[0] == "error" or (one[0] == "warning" and one[1].split("/")[0] not in EXPECTED_WARNINGS)]
        expect(not bad, str(bad[:5]))

    def oscal(self, path, schema):
        document = load(path)
        validate(schema, document)
        ids, named = collections.Counter(), set()
        walk(document, ids, named)
        expect(all(count == 1 for count in ids.values()), "one UUID stands for two things")
        expect(named <= set(ids), f"references lead nowhere: {sorted(named - set(ids))[:3]}")

    def results(self, path):
        self.oscal(path, self.results_schema)

    def component(self, path):
        self.oscal(path, self.component_schema)

    def ocsf(self, path):
        events = load(path)
        for number, event in enumerate(events):
            for error in self.event.iter_errors(event):
                raise Wrong(f"event {number}: {'/'.join(map(str, error.instance_path))}: {str(error.message)[:300]}")
            expect(event["type_uid"] == event["class_uid"] * 100 + event["activity_id"], "type_uid does not fit")
        expect(len({event["metadata"]["uid"] for event in events}) == len(events), "two events have one uid")
        # One event a line, for what reads lines.
        lines = path.read_text(encoding="utf-8").splitlines()
        expect([json.loads(line.rstrip(",")) for line in lines[1:-1]] == events, "an event is not one line")

    def junit(self, path):
        self.junit_schema.validate(str(path))
        suites = junitparser.JUnitXml.fromfile(str(path))
        read = list(suites)
        for suite in read:
            kinds = [type(case.result[0]).__name__ if case.result else "Passed" for case in suite]
            counted = (len(kinds), kinds.count("Failure"), kinds.count("Error"), kinds.count("Skipped"))
            expect(counted == (suite.tests, suite.failures, suite.errors, suite.skipped), f"{suite.name}: {counted}")
            names = [(case.classname, case.name) for case in suite]
            expect(len(names) == len(set(names)), f"{suite.name}: two test cases have one name")
        expect(suites.tests == sum(suite.tests for suite in read), "the total is not the sum")

    def prometheus(self, path):
        text = path.read_text(encoding="utf-8")
        old = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in exposition(text) for sample in family.samples}
        new = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in openmetrics(text) for sample in family.samples}
        expect(old == new, "the two parsers read different numbers")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        expect(len(old) == len(lines), "two samples are one series")
        expect("assize_snapshot_timestamp_seconds" in {name for name, _ in old}, "no time of the snapshot")
        expect(all(family.documentation for family in exposition(text)), "a metric without help")

    def csv(self, path):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        expect({len(row) for row in rows} == {len(rows[0])}, "rows of different lengths")
        expect(not any(cell[:1] in set("=@\t\r+-") for row in rows for cell in row if not number(cell)), "a cell that a spreadsheet runs")

    def markdown(self, path):
        text = path.read_text(encoding="utf-8")
        expect(len(text) <= COMMENT_LIMIT, f"{len(text)} characters")
        parser = MarkdownIt("gfm-like")
        # GitHub links addresses, not every word with a full stop.
        parser.linkify.set({"fuzzy_link": False})
        tokens = parser.parse(text)
        flat = [token for outer in tokens for token in [outer, *(outer.children or [])]]
        kinds = {token.type for token in flat}
        expect(not kinds & {"link_open", "image", "em_open", "strikethrough_open", "s_open", "fence"}, f"a name became markup: {kinds}")
        for token in flat:
            if token.type in ("html_block", "html_inline"):
                expect(OUR_HTML.fullmatch(token.content), f"a name became HTML: {token.content[:200]!r}")
            expect(not re.search(r"www\.|[@#][\w/]|://", token.content) or token.children, f"becomes a link on GitHub: {token.content!r}")
        folded = "".join(token.content for token in flat if token.type.startswith("html"))
        expect(folded.count("<details>") == folded.count("</details>"), "what is folded does not end")

    def svg(self, path):
        tree = ElementTree.parse(path)
        names = {element.tag.rsplit("}", 1)[-1] for element in tree.iter()}
        expect(names <= {"svg", "title", "style", "defs", "pattern", "g", "rect", "path", "text"}, f"unexpected elements: {names}")
        expect(tree.getroot().get("aria-label"), "nothing for a screen reader")
        expect(not any("href" in name for element in tree.iter() for name in element.attrib), "it fetches something")


def walk(value, ids, named):
    """Every UUID of an OSCAL document, and every one that is referred to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "uuid":
                ids[inner] += 1
            elif name.endswith("-uuid"):
                named.add(inner)
            elif name in ("href", "source") and isinstance(inner, str) and inner.startswith("#"):
                named.add(inner[1:])
            else:
                walk(inner, ids, named)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, ids, named)


def number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


FORMATS = {
    "json": "json",
    "sarif": "sarif",
    "oscal.json": "results",
    "component-definition.json": "component",
    "ocsf.json": "ocsf",
    "junit.xml": "junit",
    "prom": "prometheus",
    "csv": "csv",
    "md": "markdown",
    "svg": "svg",
}


def main(schemas, folders):
    checks = Checks(pathlib.Path(schemas))
    passed = failed = 0
    for folder in map(pathlib.Path, folders):
        known = {f"report.{ending}" for ending in FORMATS}
        unknown = {file.name for file in folder.iterdir()} - known
        if unknown:
            print(f"{folder.name}: no check for {sorted(unknown)}", file=sys.stderr)
            failed += len(unknown)
        for ending, name in FORMATS.items():
            try:
                getattr(checks, name)(folder / f"report.{ending}")
                passed += 1
            except Exception as error:  # A parser says in its own way what is wrong.
                print(f"{folder.name}/report.{ending}: {type(error).__name__}: {str(error)[:1500]}", file=sys.stderr)
                failed += 1
        print(f"{folder.name}: {len(FORMATS)} formats", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
