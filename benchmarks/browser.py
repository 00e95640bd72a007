"""Reading in the browser beside reading on the server: `python benchmarks/browser.py`.

One table from one run in Chromium, over a line of 20 Mbit/s: what is loaded, how long until the reader is ready, the
first reading and a later one, with one thread; beside it the same pictures sent to the same server. CPU time is that of
all of Chromium's processes, or of the server's reading; of the later readings the quickest counts, because whatever
else the machine does only ever adds. CPU times need Linux.
"""

import base64
import gzip
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from PIL import Image as Pillow
from playwright.sync_api import Page, sync_playwright

from epiluma.bundle.read import Bundle, load_bundle
from epiluma.data.synthetic import drawn_lesion
from epiluma.inference.classifier import Classifier
from epiluma.web.statics import current_version, packed_files, static_files
from line import CHUNK_BYTES, Pace, seconds_to_answer
from request import served

SIZES = {"600×450": (600, 450), "12 megapixels": (4000, 3000)}
REPEATS = 20
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
OPEN = "async ([at, base]) => { window.reader = await (await import(at)).openReader({ base, threads: 1 }); }"
KEEP = "(text) => { window.picture = new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]); }"
READ = "async () => { await reader.read(picture); }"


def main() -> None:
    bundle = load_bundle()
    for what, size in payload(bundle.read_file("model.onnx")).items():
        print(f"{what:<34}{size / 1e6:8.2f} MB compressed")
    with served(bundle) as address, line(address) as slow, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{slow}/healthz")
        where = [f"/static/{current_version()}/js/reader/classify.js", f"/model/{bundle.id}/"]
        show("reader ready, from nothing", *spent(page, OPEN, where))
        for name, size in SIZES.items():
            jpeg = drawn(size)
            page.evaluate(KEEP, base64.b64encode(jpeg).decode())
            show(f"browser, {name}, first", *spent(page, READ))
            show(f"browser, {name}, later", *map(min, zip(*(spent(page, READ) for _ in range(REPEATS)), strict=True)))
            show(f"server, {name}, whole answer", seconds_to_answer(address, jpeg), on_server(bundle, jpeg))
        chromium.close()


def find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or sys.exit("needs Chromium: apt-get install chromium")


def payload(model: bytes) -> dict[str, int]:
    runtime = sum(len(sent["br"]) for name, sent in packed_files().items() if not name.endswith(".txt"))
    modules = [content for name, content in static_files().items() if name.startswith("js/reader/")]
    parts = {
        "runtime": runtime,
        "model": len(gzip.compress(model)),
        "reader": sum(len(gzip.compress(m)) for m in modules),
    }
    return parts | {"together": sum(parts.values())}


def drawn(size: tuple[int, int]) -> bytes:
    buffer = BytesIO()
    Pillow.open(BytesIO(drawn_lesion(seed=7))).resize(size, Pillow.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def show(what: str, wall_s: float, cpu_s: float) -> None:
    print(f"{what:<34}{wall_s * 1000:8.0f} ms by the clock{cpu_s * 1000:8.0f} ms of CPU")


def spent(page: Page, script: str, argument: object = None) -> tuple[float, float]:
    """Run a script; return wall and CPU seconds."""
    cpu, wall = cpu_of_chromium(), time.monotonic()
    page.evaluate(script, argument)
    return time.monotonic() - wall, cpu_of_chromium() - cpu


def on_server(bundle: Bundle, jpeg: bytes) -> float:
    """The CPU time of one reading, the quickest of many."""
    classifier = Classifier(bundle)
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        classifier.read(jpeg)
        times.append(time.process_time() - start)
    return min(times)


def cpu_of_chromium() -> float:
    """CPU seconds of every Chromium process that was started from here, so far."""
    parents, ticks = {}, {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            parents[int(process.name)] = int(fields[1])
            if b"chrom" in (process / "cmdline").read_bytes():
                ticks[int(process.name)] = int(fields[11]) + int(fields[12])
    return sum(count for process, count in ticks.items() if os.getpid() in ancestors(process, parents)) * TICK_S


def ancestors(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process in parents:
        process = parents[process]
        yield process


@contextmanager
def line(address: str) -> Iterator[str]:
    """Put a line of 20 Mbit/s in front of a server; return its address."""
    target = urlsplit(address)
    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=accept, args=(listener, (target.hostname, target.port), Pace()), daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def accept(listener: socket.socket, target: tuple[str, int], pace: Pace) -> None:
    with suppress(OSError):
        while True:
            near, far = listener.accept()[0], socket.create_connection(target)
            Thread(target=carry, args=(near, far, None), daemon=True).start()
            Thread(target=carry, args=(far, near, pace), daemon=True).start()


def carry(source: socket.socket, target: socket.socket, pace: Pace | None) -> None:
    with suppress(OSError):
        while piece := source.recv(CHUNK_BYTES):
            if pace is not None:
                pace.wait(len(piece))
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
