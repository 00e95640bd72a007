"""Where the time of one request goes: `python benchmarks/request.py [--bundle FOLDER]`, or `make benchmarks`.

For a 600×450 JPEG and one of 12 megapixels, both drawn: the CPU time of one whole request, as the page's script and as
a client of the API send it, in parts; beside it the bare decoding and the bare `model.onnx` on the decoded picture,
measured in the same run, in turns with the requests. Of all repetitions the quickest counts, because whatever else the
machine does only ever adds. Last, the time from press to answer against a real server over a line of 20 Mbit/s.

Exits 1 when a request takes more than 1.5 times the bare work, or an answer more than 3 seconds.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image as Pillow
from werkzeug.test import EnvironBuilder

from epiluma.bundle.read import Bundle, load_bundle
from epiluma.data.synthetic import drawn_lesion
from epiluma.imaging.pooling import pooling_factor
from epiluma.inference.classifier import Classifier
from epiluma.records import Image, Modality
from epiluma.settings import Settings
from epiluma.web.app import create_app
from line import seconds_to_answer

PICTURES = {"600×450": (600, 450), "12 megapixels": (4000, 3000)}
PARTS = ("parse", "decode", "preprocess", "network", "render", "other")
MOST_TIMES_BARE = 1.5
MOST_SECONDS = 3.0
LARGEST_JPEG_SCALE = 8


@dataclass
class Stopwatch:
    """CPU milliseconds of this process by name, summed over the calls of the functions that are watched."""

    spent_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        start = time.process_time_ns()
        try:
            yield
        finally:
            self.spent_ms[name] = self.spent_ms.get(name, 0.0) + (time.process_time_ns() - start) / 1e6

    def watch(self, owner: Any, function: str, name: str) -> None:
        """Put a watch around a function of a module or class, for as long as this process lives."""
        inner = getattr(owner, function)

        @wraps(inner)
        def watched(*arguments: Any, **named: Any) -> Any:
            with self.measure(name):
                return inner(*arguments, **named)

        setattr(owner, function, watched)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; times in CPU milliseconds."""

    picture: str
    sent_by: str
    parts_ms: Mapping[str, float]
    bare_ms: float

    @property
    def whole_ms(self) -> float:
        return sum(self.parts_ms.values())

    @property
    def times_bare(self) -> float:
        return self.whole_ms / self.bare_ms


def main() -> None:
    parser = argparse.ArgumentParser(description="Where the time of one request goes.")
    parser.add_argument("--bundle", type=Path, help="a bundle's folder; else the one that ships")
    parser.add_argument("--repeat", type=int, default=40, metavar="N", help="requests of each kind")
    options = parser.parse_args()
    bundle = load_bundle(options.bundle)
    jpegs = {name: drawn_lesion(seed=7, width=width, height=height) for name, (width, height) in PICTURES.items()}
    rows = measure_requests(bundle, jpegs, repeat=options.repeat)
    with served(bundle) as address:
        answers_s = {name: seconds_to_answer(address, jpeg) for name, jpeg in jpegs.items()}
    print_rows(rows)
    for name, seconds in answers_s.items():
        print(f"press to answer over 20 Mbit/s, {name} ({len(jpegs[name]) / 1e6:.2f} MB): {seconds:.2f} s")
    slow = [row for row in rows if row.times_bare > MOST_TIMES_BARE]
    sys.exit(1 if slow or max(answers_s.values()) > MOST_SECONDS else 0)


def measure_requests(bundle: Bundle, jpegs: Mapping[str, bytes], *, repeat: int) -> list[Row]:
    """Return the rows: for every picture, sent by the page and by a client of the API."""
    stopwatch = watched_stopwatch()
    session = quiet_session(bundle.read_file("model.onnx"))
    preprocessing = quiet_session(only_preprocessing(bundle.read_file("model.onnx")))
    rows = []
    with tempfile.TemporaryDirectory() as home:
        app = create_app(Settings(home=Path(home)), Classifier(bundle))
        environs = {"page": page_environs(app), "API": api_environs()}
        for picture, jpeg in jpegs.items():
            for sent_by, environ in environs.items():
                best = quickest(stopwatch, app, environ, jpeg, bundle, (session, preprocessing), repeat)
                rows.append(Row(picture=picture, sent_by=sent_by, parts_ms=best[0], bare_ms=best[1]))
    return rows


def quickest(
    stopwatch: Stopwatch,
    app: Any,
    environ: Callable[[bytes], dict[str, Any]],
    jpeg: bytes,
    bundle: Bundle,
    sessions: tuple[Any, Any],
    repeat: int,
) -> tuple[dict[str, float], float]:
    """Return the parts of the quickest whole request and the quickest bare work, measured in turns."""
    requests, bare, preprocessing = [], [], []
    for _ in range(repeat):
        requests.append(one_request(stopwatch, app, environ(jpeg)))
        pixels, decode_ms = timed(lambda: bare_decode(jpeg, bundle.manifest.preprocessing.pooling_short_side_px))
        _, network_ms = timed(lambda pixels=pixels: sessions[0].run(None, {"image": pixels[None]}))
        _, rule_ms = timed(lambda pixels=pixels: sessions[1].run(None, {"image": pixels[None]}))
        bare.append(decode_ms + network_ms)
        preprocessing.append(rule_ms)
    best = min(requests, key=lambda spent: spent["whole"])
    return parts_of(best, rule_ms=min(preprocessing)), min(bare)


def parts_of(spent: Mapping[str, float], *, rule_ms: float) -> dict[str, float]:
    """Split one request; the graph's own preprocessing is known from the graph cut off behind it."""
    pool_ms = spent.get("pool", 0.0)
    parts = {
        "parse": spent["parse"],
        "decode": spent["read_image"] - pool_ms,
        "preprocess": pool_ms + rule_ms,
        "network": spent["run"] - rule_ms,
        "render": spent["render"],
    }
    return parts | {"other": spent["whole"] - sum(parts.values())}


def watched_stopwatch() -> Stopwatch:
    """Put watches into what a request runs through."""
    from werkzeug.formparser import FormDataParser

    import epiluma.imaging.decode
    import epiluma.inference.classifier
    import epiluma.web.api.v1.predictions
    import epiluma.web.pages.reading
    from epiluma.inference.runtimes import OnnxRuntime

    stopwatch = Stopwatch()
    stopwatch.watch(FormDataParser, "parse", "parse")
    stopwatch.watch(epiluma.inference.classifier, "read_image", "read_image")
    stopwatch.watch(epiluma.imaging.decode, "mean_pool", "pool")
    stopwatch.watch(OnnxRuntime, "run", "run")
    stopwatch.watch(epiluma.web.pages.reading, "make_result", "render")
    stopwatch.watch(epiluma.web.pages.reading, "render_template", "render")
    stopwatch.watch(epiluma.web.api.v1.predictions, "jsonify", "render")
    return stopwatch


def one_request(stopwatch: Stopwatch, app: Any, environ: dict[str, Any]) -> dict[str, float]:
    """Answer one request and return the CPU milliseconds of its parts and of the whole."""
    stopwatch.spent_ms.clear()
    statuses: list[str] = []
    with stopwatch.measure("whole"):
        body = app(environ, lambda status, *_: statuses.append(status))
        b"".join(body)
        body.close()
    if statuses != ["200 OK"]:
        sys.exit(f"the app answered {statuses}, not 200")
    return dict(stopwatch.spent_ms)


def api_environs() -> Callable[[bytes], dict[str, Any]]:
    """Return what makes the WSGI environment of a request to the API."""
    return lambda jpeg: environ_of("/api/v1/predictions", jpeg, {}, {})


def page_environs(app: Any) -> Callable[[bytes], dict[str, Any]]:
    """Return what makes the WSGI environment of a request by the page's script, with its cookie and token."""
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    cookie = client.get_cookie("epiluma")
    if found is None or cookie is None:
        sys.exit("the page has no CSRF token or no cookie")
    headers = {"Cookie": f"epiluma={cookie.value}", "Epiluma-Part": "result"}
    return lambda jpeg: environ_of("/", jpeg, {"csrf_token": found[1]}, headers)


def environ_of(path: str, jpeg: bytes, fields: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    form = {"image": (BytesIO(jpeg), "drawn.jpg"), "modality": Modality.DERMOSCOPIC.value, **fields}
    return EnvironBuilder(path, method="POST", data=form, headers=dict(headers)).get_environ()


def bare_decode(jpeg: bytes, short_side_px: int) -> Image:
    """Decode with Pillow alone, at the same reduced scale."""
    picture = Pillow.open(BytesIO(jpeg))
    factor = pooling_factor(picture.height, picture.width, short_side_px=short_side_px)
    scale = min(factor, LARGEST_JPEG_SCALE)
    picture.draft("RGB", (picture.width // scale, picture.height // scale))
    return np.asarray(picture)


def quiet_session(graph: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])


def only_preprocessing(graph: bytes) -> bytes:
    """Return the graph cut off where the network begins."""
    import onnx
    from onnx.utils import Extractor

    model = onnx.load_from_string(graph)
    square = onnx.helper.make_tensor_value_info("network_input", onnx.TensorProto.FLOAT, [1, 3, None, None])
    model.graph.value_info.append(square)
    return bytes(Extractor(model).extract_model(["image"], ["network_input"]).SerializeToString())


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the work gives and the CPU milliseconds it took."""
    start = time.process_time_ns()
    result = work()
    return result, (time.process_time_ns() - start) / 1e6


@contextmanager
def served(bundle: Bundle) -> Iterator[str]:
    """Run `epiluma serve` on a free port."""
    program = Path(sys.executable).with_name("epiluma")
    settings = {"EPILUMA_BUNDLE": str(bundle.path), "PATH": "/usr/bin:/bin"}
    with tempfile.TemporaryDirectory() as home:
        environment = settings | {"EPILUMA_HOME": home}
        command = [program, "serve", "--port", "0"]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            found = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
            if found is None:
                sys.exit("epiluma serve did not start")
            yield found[0]
        finally:
            server.terminate()
            server.wait(timeout=20)


def print_rows(rows: Sequence[Row]) -> None:
    heads = ("CPU ms of one request", "sent by", *PARTS, "whole", "bare decode + model", "times bare")
    lines = [heads]
    for row in rows:
        numbers = [*(row.parts_ms[part] for part in PARTS), row.whole_ms, row.bare_ms]
        lines.append((row.picture, row.sent_by, *(f"{ms:.2f}" for ms in numbers), f"{row.times_bare:.2f}"))
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = [
            cell.ljust(w) if n < 2 else cell.rjust(w) for n, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells))


if __name__ == "__main__":
    main()
