"""The layers of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path


def test_no_layer_imports_a_higher_one_and_no_ban_is_broken(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    finished = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout
    assert " 0 broken" in finished.stdout


def test_only_settings_reads_the_environment(root: Path) -> None:
    sources = sorted((root / "src").rglob("*.py"))
    readers = [path.name for path in sources if "os.environ" in path.read_text() or "getenv(" in path.read_text()]

    assert len(sources) > 20
    assert [name for name in readers if name != "settings.py"] == []
