"""Nothing that Epiluma runs on reports to anybody."""

import os
import subprocess
import sys
from pathlib import Path


def test_onnx_runtime_neither_reports_nor_leaves_an_id_behind(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    environment |= {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    code = "import epiluma.settings, onnxruntime"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    assert list(tmp_path.rglob("*")) == []
