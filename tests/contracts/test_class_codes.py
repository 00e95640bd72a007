"""Nothing about a class is written twice: its code stands in the taxonomy and nowhere else."""

import ast
import re
from pathlib import Path

from epiluma.taxonomy import CODES

TAXONOMY = Path("src/epiluma/taxonomy.py")
EVERY = set(CODES)
# Who else may name a class, which ones, and why.
MAY_NAME: dict[Path, set[str]] = {
    Path("src/epiluma/data/archive.py"): EVERY,  # what the ISIC Archive calls each of the seven
    Path("src/epiluma/data/synthetic/lesions.py"): EVERY,  # how each of the seven is drawn
    Path("src/epiluma/data/synthetic/dataset.py"): EVERY,  # how old people are who have them
    Path("src/epiluma/data/synthetic/pictures.py"): {"nv"},  # the lesion on a sample that is not about lesions
    Path("src/epiluma/evaluation/metrics.py"): {"mel"},  # melanoma has figures of its own
    Path("src/epiluma/training/validate.py"): {"mel"},
    Path("src/epiluma/web/comparison.py"): EVERY,  # what the table of the seven says about each
    Path("src/epiluma/web/drawings.py"): {"nv"},  # the lesion on a picture that is about how to take one
    Path("src/epiluma/web/reports/curves.py"): {"mel"},  # melanoma has a curve of its own
    Path("src/epiluma/web/samples.py"): {"bkl", "mel", "nv", "vasc"},  # what the page's samples show
}


def codes_named(tree: ast.Module) -> set[str]:
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return strings & set(CODES)


def test_the_order_is_the_one_of_ham10000s_codes_by_alphabet() -> None:
    assert CODES == ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")


def test_no_module_but_the_taxonomy_writes_a_class_code(modules: dict[Path, ast.Module]) -> None:
    sources = {path: tree for path, tree in modules.items() if path.parts[0] == "src" and path != TAXONOMY}
    found = {str(path): sorted(codes_named(tree) - MAY_NAME.get(path, set())) for path, tree in sources.items()}

    assert len(found) > 20
    assert {path: codes for path, codes in found.items() if codes} == {}


def test_no_page_and_no_script_writes_a_class_code(root: Path, files: tuple[Path, ...]) -> None:
    quoted = re.compile(rf"""(["'`])({"|".join(CODES)})\1""")
    pages = [path for path in files if path.parts[0] == "src" and path.suffix in {".html", ".js", ".mjs", ".css"}]

    assert [str(path) for path in pages if quoted.search((root / path).read_text(encoding="utf-8"))] == []
