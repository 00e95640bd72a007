"""Nothing is exported without torch."""

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")
