"""What a run writes while it goes: a JSONL log, TensorBoard, a progress bar and a line per validation."""

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LOG = "log.jsonl"


class Tracker:
    """Writes `log.jsonl` and `tensorboard/` in a run's folder and shows progress on stderr.

    Args:
        folder: the run.
        writes: False in all but the first process of several: nothing is written or shown.
        kept_lines: lines of an existing log that belong to the state the run goes on from; later ones are cut off.
    """

    def __init__(self, folder: Path, *, kept_lines: int = 0, writes: bool = True) -> None:
        self.path = folder / LOG
        self._writes = writes
        lines = self.path.read_text(encoding="utf-8").splitlines()[:kept_lines] if self.path.exists() else []
        if writes:
            self.path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        self.lines = len(lines)
        self._board = _tensorboard(folder / "tensorboard") if writes else None
        self._console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Progress(
            *columns, console=self._console, transient=True, disable=not (writes and sys.stderr.isatty())
        )
        self._task = self._bar.add_task("training", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._board is not None:
            self._board.close()

    def advance(self, share: float, text: str) -> None:
        """Move the bar to a share of the budget in [0, 1]."""
        self._bar.update(self._task, completed=share, description=text)

    def record(self, entry: dict[str, Any]) -> None:
        """Append one line to the log, TensorBoard and the terminal."""
        if not self._writes:
            return
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        self.lines += 1
        numbers = {name: value for name, value in entry.items() if isinstance(value, float)}
        if self._board is not None:
            for name, value in numbers.items():
                self._board.add_scalar(name, value, entry["step"])
        shown = "  ".join(f"{name} {value:.4g}" for name, value in numbers.items())
        self._console.print(f"{entry['stage']} epoch {entry['epoch']}  {shown}", highlight=False, soft_wrap=True)


def _tensorboard(folder: Path) -> Any:
    """Return a writer, or None where TensorBoard is not installed."""
    try:
        from torch.utils.tensorboard.writer import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of a run's log, oldest first."""
    lines = (folder / LOG).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
