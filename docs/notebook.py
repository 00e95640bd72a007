"""Write docs/tutorial.ipynb from docs/tutorial.py: `python docs/notebook.py`, or `make tutorial`."""

from pathlib import Path

import jupytext
import nbformat

SCRIPT = Path(__file__).with_name("tutorial.py")
NOTEBOOK = SCRIPT.with_suffix(".ipynb")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_text() -> str:
    """Return docs/tutorial.ipynb as it should be; cells are numbered, so that the same script gives the same file."""
    notebook = jupytext.read(SCRIPT)
    notebook.metadata = nbformat.NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.NotebookNode()
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(notebook_text(), encoding="utf-8")
