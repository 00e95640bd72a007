"""The tutorial runs from the first cell to the last, on drawn lesions."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    folder = tmp_path_factory.mktemp("tutorial")
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    return notebook


def printed(notebook: nbformat.NotebookNode) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output["text"] for output in outputs if output.get("name") == "stdout")


def test_every_cell_of_code_ran(executed: nbformat.NotebookNode) -> None:
    counts = [cell["execution_count"] for cell in executed.cells if cell["cell_type"] == "code"]

    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) >= 12


def test_it_goes_from_import_to_evaluation(executed: nbformat.NotebookNode) -> None:
    text = printed(executed)

    assert "pictures of 140 lesions" in text
    assert "findings: ()" in text
    assert "tutorial-20260101-" in text
    assert "Balanced accuracy" in text


def test_it_shows_pictures_and_curves(executed: nbformat.NotebookNode) -> None:
    kinds = [kind for cell in executed.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]

    assert kinds.count("image/svg+xml") == 2
    assert kinds.count("image/jpeg") == 2
    assert kinds.count("image/png") == 1
