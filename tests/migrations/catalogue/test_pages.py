from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path

import pytest

from migrations import Project, init
from migrations.catalogue import Catalogue
from tests.migrations.catalogue.sites import Page, works

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return works(tmp_path_factory.mktemp("catalogue") / "works")


@pytest.fixture(scope="module")
def files(project: Project) -> Files:
    return dict(Catalogue(project).files())


@pytest.fixture(scope="module")
def pages(files: Files) -> dict[str, Page]:
    return {path: Page(content) for path, content in files.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def campus() -> Files:
    return dict(Catalogue(Project.bundled()).files())


def broken(files: Files) -> list[str]:
    """Links that lead nowhere, ids that are there twice, headings that leave one out, tags left open, foreign hosts."""
    pages = {path: Page(content) for path, content in files.items() if path.endswith(".html")}
    wrong: list[str] = []
    for path, page in pages.items():
        for link in page.links:
            target, _, mark = link.partition("#")
            file = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if file not in files or (mark and mark not in pages[file].ids):
                wrong.append(f"{path}: {link}")
        steps = zip([0, *page.headings], page.headings, strict=False)
        wrong += [f"{path}: h{after} after h{before}" for before, after in steps if after > before + 1]
        wrong += [f"{path}: {each} twice" for each in {*page.ids} if page.ids.count(each) > 1]
        wrong += [f"{path}: {page.open}"] if page.open else []
    named = {found for content in files.values() for found in re.findall(rb"(?:https?:|[\"'(])//[^\s\"'<]+", content)}
    return [*wrong, *(name.decode() for name in named - {b"http://www.w3.org/2000/svg"})]


def test_pages_hold_together(files: Files, campus: Files, tmp_path: Path) -> None:
    assert broken(files) == []
    assert broken(campus) == []
    assert broken(dict(Catalogue(init(tmp_path / "starter")).files())) == []


def test_every_element_has_a_page(campus: Files) -> None:
    ontology = Project.bundled().desired
    assert {path for path in campus if "/" in path} == {
        *(f"types/{name}.html" for name in ontology.asset_types),
        *(f"relationships/{name}.html" for name in ontology.relationship_types),
        *(f"enums/{name}.html" for name in ontology.enums),
    }


def test_names_that_some_systems_take_for_one_have_files_of_their_own(files: Files) -> None:
    assert len({path.lower() for path in files}) == len(files)
    assert "types/Con.html" not in files  # a device, on Windows
    assert sum(path.startswith("types/Con-") for path in files) == 1


def test_a_type_shows_what_it_has_and_what_it_inherits(pages: dict[str, Page]) -> None:
    pump = pages["types/Pump.html"]
    for said in (
        "flow float L/s required; above 0 L/s; a volumetric flow rate public itself",
        "tag string required; unique; matches [A-Z]{2}-[0-9]{4} public Thing",
        "cost decimal with 2 decimals at least 0 sensitive Thing",
        "depth float m 0.000001 to 9 m public Wet",
        "fuel Fuel DIESEL public itself",
        "tags list of string each matches [a-z]+ public itself",
        "maker : string (required)",
        "deprecated",
        "Deprecated since 0002_age. Look at the plate.",
        "vibration float in mm/s above 4.5 mm/s, then 50 % above 7 mm/s 5 minutes yes: the asset's own level",
        "NEW OLD",
        "WATCHES ends here Gauge any number itself",
        "PIPE at either end Thing any number Thing",
        "NEEDS starts here Con any number itself",
        "CONTAINS ends here Space at most 1 Thing",
        "NEEDS starts here Con When one of those at the other end fails, it suffers",
        "0002_age : property age added",
        "0001_start : added",
    ):
        assert said in pump.text
    assert "PIPE at either end, for" not in pump.text


def test_an_abstract_type_tells_what_only_its_subtypes_have(pages: dict[str, Page]) -> None:
    thing = pages["types/Thing.html"]
    assert "WATCHES starts here, for Gauge" in thing.text
    assert "only one of its 5 subtypes" in thing.text
    assert "example" not in thing.ids


def test_a_relationship_type_tells_its_ends_and_its_impact(pages: dict[str, Page]) -> None:
    assert "From Gauge ; 2 to 3 out of each To Pump ; any number into each" in pages["relationships/WATCHES.html"].text
    assert "Impact does not travel along it" in pages["relationships/WATCHES.html"].text
    assert "Between Thing ; both ends are alike" in pages["relationships/PIPE.html"].text
    assert "Sources are Well." in pages["relationships/PIPE.html"].text
    needs = pages["relationships/NEEDS.html"]
    assert "The source needs the target: when the target fails, the source suffers." in needs.text
    assert {"property-why", "property-delay", "property-open"} <= set(needs.ids)


def test_the_first_page_and_the_history(pages: dict[str, Page], files: Files) -> None:
    assert "<p>Pumps <code>here</code> &amp; &lt;there&gt;.</p>" in files["index.html"].decode()
    assert "Pump , age : since 0002_age. Look at the plate." in pages["index.html"].text
    history = pages["history.html"]
    assert history.text.index("0002_age") < history.text.index("0001_start")
    assert "Pump.fuel" in pages["enums/Fuel.html"].text
    assert "Pump.seal" in pages["enums/Fuel.html"].text


def test_the_search_knows_every_name_and_waits_for_its_script(files: Files) -> None:
    script = files["search-index.js"].decode()
    entries = json.loads(script.removeprefix("window.CATALOGUE = ").rstrip(";\n"))
    found = {(kind, name): address for kind, name, address, _ in entries}
    assert found["property", "Pump.flow"] == "types/Pump.html#property-flow"
    assert found["property", "Thing.tag"] == "types/Thing.html#property-tag"
    assert found["channel", "Pump.vibration"] == "types/Pump.html#channel-vibration"
    assert {("asset type", "Gauge"), ("relationship type", "PIPE"), ("enum", "Fuel")} <= set(found)
    assert ("property", "PIPE.delay") not in found  # the same of all
    assert all(b'<search class="search" hidden>' in files[path] for path in files if path.endswith(".html"))


def test_the_same_project_gives_the_same_bytes(project: Project, files: Files) -> None:
    told = hashlib.sha256(b"".join(path.encode() + files[path] for path in sorted(files))).hexdigest()
    again = (
        "import hashlib, sys; from pathlib import Path; from migrations import Project;"
        "from migrations.catalogue import Catalogue; files = dict(Catalogue(Project.load(Path(sys.argv[1]))).files());"
        "print(hashlib.sha256(b''.join(path.encode() + files[path] for path in sorted(files))).hexdigest())"
    )
    command = [sys.executable, "-c", again, str(project.path)]
    path = os.pathsep.join(each for each in sys.path if each)
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == told


def test_what_is_in_no_version_is_told(tmp_path: Path) -> None:
    made = works(tmp_path / "works")
    document = made.path / "ontology.yaml"
    document.write_text(document.read_text().replace("values: [DIESEL, GAS]", "values: [DIESEL, HVO]"))
    pages = dict(Catalogue(Project.load(made.path)).files())
    history = Page(pages["history.html"]).text
    assert "Fuel changed: values: HVO added; values: GAS removed" in history
    assert "Not in a version yet: changed" in Page(pages["enums/Fuel.html"]).text
    for file in made.versions.iterdir():
        file.unlink()
    pages = dict(Catalogue(Project.load(made.path)).files())
    assert "Not in a version yet: added" in Page(pages["types/Pump.html"]).text
    assert "Version none yet" in Page(pages["index.html"]).text
