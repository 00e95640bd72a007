"""What the pages say is what the repository holds."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from types import ModuleType

import click
import pytest

from epiluma.cli import cli

PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


def load(path: Path) -> ModuleType:
    """Import a script by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_reference_is_the_one_of_the_commands(root: Path) -> None:
    page = load(root / "docs/cli.py").command_page()

    assert (root / "docs/cli.md").read_text(encoding="utf-8") == page, "run: make docs"


def test_the_notebook_is_the_one_of_its_script(root: Path) -> None:
    notebook = load(root / "docs/notebook.py").notebook_text()

    assert (root / "docs/tutorial.ipynb").read_text(encoding="utf-8") == notebook, "run: make tutorial"


def test_the_figures_in_the_readme_are_those_of_the_evaluations(root: Path) -> None:
    peers = load(root / "benchmarks/peers.py")
    evaluations = peers.read_evaluations()
    page = (root / "README.md").read_text(encoding="utf-8")

    assert list(evaluations) == list(peers.PEERS)
    assert page == peers.with_table(page, peers.peers_table(evaluations)), "run: make docs"


def test_a_table_is_put_between_its_marks_and_nowhere_else(root: Path) -> None:
    peers = load(root / "benchmarks/peers.py")

    page = peers.with_table(f"above\n{peers.OPENING}\nold\n{peers.CLOSING}\nbelow\n", "| new |")

    assert page == f"above\n{peers.OPENING}\n| new |\n{peers.CLOSING}\nbelow\n"
    with pytest.raises(ValueError, match="needs the lines"):
        peers.with_table("a page without marks", "| new |")


def test_a_row_of_the_table_carries_value_interval_and_size(root: Path) -> None:
    peers = load(root / "benchmarks/peers.py")
    figure = {"value": 0.8, "low": 0.75, "high": 0.8456, "n": 1500}
    evaluation = {"images": 1500, "lesions": 1120, "metrics": dict.fromkeys(peers.FIGURES, figure)}

    table = peers.peers_table({"mobilenet_v2": evaluation})

    cell = "0.800 (0.750–0.846)"
    assert table.splitlines()[-1] == f"| MobileNetV2, fine-tuned | {cell} | {cell} | {cell} | 1,500 (1,120) |"


def test_the_readme_starts_with_the_two_commands(root: Path) -> None:
    commands = [line.split()[:2] for line in (root / "README.md").read_text().splitlines() if line.startswith("make ")]

    assert commands[:2] == [["make", "run"], ["make", "test"]]


@pytest.mark.parametrize("page", [*PAGES, "docs/operations.md", "docs/glossary.md"])
def test_every_link_of_a_page_leads_to_a_file(root: Path, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http")]

    assert [link for link in links if not ((root / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operations.md"])
def test_every_target_of_make_that_a_page_names_exists(root: Path, page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (root / page).read_text(), flags=re.MULTILINE))

    assert named - targets == set()


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_every_command_that_a_page_names_exists(root: Path, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)(?:EPILUMA_\w+=\S+ )?epiluma ([a-z]+)", text, flags=re.MULTILINE))

    assert named
    assert named - set(cli.list_commands(click.Context(cli))) == set()


def test_help_of_make_names_every_target_a_person_may_use(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE)) - {"ready"}

    alone = {"PATH": os.environ["PATH"]}  # not as a part of the `make test` that may be running this
    printed = subprocess.run(["make", "help"], cwd=root, env=alone, capture_output=True, text=True, check=True).stdout

    assert {line.split()[1] for line in printed.splitlines()} == targets
    assert {"install", "run", "test", "check", "demo", "train"} <= targets
