"""The arithmetic of adjusting, called in Chromium and held against Python's `apply_geometry`."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_png
from epiluma.imaging.geometry import apply_geometry
from epiluma.records import Geometry
from epiluma.web.statics import current_version

pytestmark = pytest.mark.browser
Call = Callable[..., Any]
TURNS = [(rotate, flip) for rotate in (0, 90, 180, 270) for flip in (False, True)]


@pytest.fixture(scope="module")
def call(browser: Any, address: str) -> Iterator[Call]:
    """Run a JavaScript function with the modules of `adjust/` as its first argument."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/healthz")
    names = ["geometry", "view", "history", "colours", "copy"]

    def run(function: str, argument: object = None) -> Any:
        return page.evaluate(
            f"""async (argument) => {{
              const load = (name) => import(`/static/{current_version()}/js/adjust/${{name}}.js`);
              const names = {names};
              const loaded = await Promise.all(names.map(load));
              return ({function})(Object.fromEntries(names.map((name, at) => [name, loaded[at]])), argument);
            }}""",
            argument,
        )

    yield run
    context.close()


def random_cases(count: int) -> list[dict[str, Any]]:
    """Pictures of random size with random cuts, every turn among them."""
    rng = np.random.default_rng(20260101)
    cases = []
    for number in range(count):
        width, height = (int(side) for side in rng.integers(3, 14, 2))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        crop = [x, y, int(rng.integers(1, width - x + 1)), int(rng.integers(1, height - y + 1))]
        rotate, flip = TURNS[number % len(TURNS)]
        cases.append(
            {"size": {"width": width, "height": height}, "geometry": {"crop": crop, "rotate": rotate, "flip": flip}}
        )
    return cases


CASES = random_cases(120)


def source_pixels(case: dict[str, Any]) -> list[list[list[int]]]:
    """From which pixel each pixel of the output comes, [x, y] row by row, as Python cuts and turns."""
    width, height = case["size"]["width"], case["size"]["height"]
    origins = np.zeros((height, width, 3), np.uint8)
    origins[..., 0], origins[..., 1] = np.meshgrid(np.arange(width), np.arange(height))
    moved = apply_geometry(origins, Geometry.from_json(case["geometry"]))
    return [[[int(x), int(y)] for x, y, _ in row] for row in moved]


def test_every_pixel_comes_from_where_python_takes_it(call: Call) -> None:
    found = call(
        """({ geometry: { outputSize, toPicture } }, cases) => cases.map(({ geometry }) => {
          const { width, height } = outputSize(geometry);
          return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => {
            const from = toPicture({ x: x + 0.5, y: y + 0.5 }, geometry);
            return [Math.floor(from.x), Math.floor(from.y)];
          }));
        })""",
        CASES,
    )

    assert found == [source_pixels(case) for case in CASES]


def test_there_and_back_is_the_same_place(call: Call) -> None:
    furthest = call(
        """({ geometry: { toOutput, toPicture } }, cases) => Math.max(...cases.map(({ geometry }) => {
          const back = toPicture(toOutput({ x: 3.25, y: 1.5 }, geometry), geometry);
          return Math.hypot(back.x - 3.25, back.y - 1.5);
        }))""",
        CASES,
    )

    assert furthest == 0


def test_a_frame_on_the_turned_picture_is_the_cut_it_was_made_from(call: Call) -> None:
    back = call(
        """({ geometry: { frameOf, withFrame } }, cases) => cases.map(({ geometry, size }) =>
          withFrame({ ...geometry, crop: [0, 0, 1, 1] }, frameOf(geometry, size), size))""",
        CASES,
    )

    assert back == [case["geometry"] for case in CASES]


def test_turning_what_is_shown_turns_it_to_that_side_however_it_is_mirrored(call: Call) -> None:
    states = [{"crop": [0, 0, 3, 2], "rotate": rotate, "flip": flip} for rotate, flip in TURNS]
    right, left, mirrored = call(
        """({ geometry: { turned, mirrored } }, states) =>
          [states.map((one) => turned(one)), states.map((one) => turned(one, -1)), states.map(mirrored)]""",
        states,
    )
    picture = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    before = [apply_geometry(picture, Geometry.from_json(state)) for state in states]

    for shown, after in zip(before, right, strict=True):
        np.testing.assert_array_equal(apply_geometry(picture, Geometry.from_json(after)), np.rot90(shown, k=-1))
    for shown, after in zip(before, left, strict=True):
        np.testing.assert_array_equal(apply_geometry(picture, Geometry.from_json(after)), np.rot90(shown, k=1))
    for shown, after in zip(before, mirrored, strict=True):
        np.testing.assert_array_equal(apply_geometry(picture, Geometry.from_json(after)), shown[:, ::-1])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([10, 20, 200, 100], [10, 20, 200, 100]),
        ([0, 0, 63, 64], [0, 0, 64, 64]),
        ([-5, 290, 100, 100], [0, 200, 100, 100]),
        ([350, 0, 100, 100], [300, 0, 100, 100]),
        ([0, 0, 9000, 9000], [0, 0, 400, 300]),
        ([10.6, 10.4, 100.5, 99.5], [11, 10, 101, 100]),
    ],
)
def test_typed_numbers_become_the_nearest_part_that_can_be_read(
    call: Call, typed: list[float], kept: list[int]
) -> None:
    assert call("({ geometry: { fitted } }, typed) => fitted(typed, { width: 400, height: 300 })", typed) == kept


@pytest.mark.parametrize(
    ("handle", "dx", "dy", "left", "top", "right", "bottom"),
    [
        ("se", 10, -20, 100, 100, 210, 180),
        ("nw", -500, -500, 0, 0, 200, 200),
        ("nw", 500, 500, 136, 136, 200, 200),
        ("e", 999, 999, 100, 100, 400, 200),
        ("s", 0, -999, 100, 100, 200, 164),
        ("move", 999, -999, 300, 0, 400, 100),
        ("ne", 0.4, 0.6, 100, 101, 200, 200),
    ],
)
def test_a_handle_moves_its_own_edges_inside_the_picture_and_leaves_64_pixels(
    call: Call, handle: str, dx: float, dy: float, left: int, top: int, right: int, bottom: int
) -> None:
    frame = call(
        """({ geometry: { dragged } }, [handle, dx, dy]) =>
          dragged({ left: 100, top: 100, right: 200, bottom: 200 }, handle, { dx, dy }, { width: 400, height: 300 })""",
        [handle, dx, dy],
    )

    assert frame == {"left": left, "top": top, "right": right, "bottom": bottom}


def test_the_form_sends_nothing_where_nothing_was_changed(call: Call) -> None:
    sent = call(
        """({ geometry: { toField, whole, turned, mirrored } }) => {
          const size = { width: 400, height: 300 };
          const all = whole(size);
          return [all, turned(turned(all), -1), mirrored(all), { ...all, crop: [0, 0, 400, 299] }]
            .map((one) => toField(one, size));
        }"""
    )

    assert sent == [
        "",
        "",
        '{"crop":[0,0,400,300],"rotate":0,"flip":true}',
        '{"crop":[0,0,400,299],"rotate":0,"flip":false}',
    ]


@pytest.fixture(scope="module")
def noise() -> np.ndarray[Any, Any]:
    return np.random.default_rng(7).integers(0, 256, (71, 97, 3), dtype=np.uint8)


SAVE = """async ({ copy: { drawn } }, { png, state }) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const blob = await drawn(image, state);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return [blob.type, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))];
}"""
PLAIN = {"brightness": 100, "contrast": 100, "saturation": 100, "grey": False, "inverted": False}


def saved(call: Call, image: np.ndarray[Any, Any], geometry: dict[str, Any], **colours: object) -> Any:
    state = {"geometry": geometry, "colours": PLAIN | colours}
    kind, content = call(SAVE, {"png": b64encode(encode_png(image)).decode(), "state": state})
    assert kind == "image/png"
    return read_image(b64decode(content))


@pytest.mark.parametrize(("rotate", "flip"), TURNS)
def test_a_saved_copy_holds_the_very_pixels_a_reader_sees(
    call: Call, noise: np.ndarray[Any, Any], rotate: int, flip: bool
) -> None:
    geometry = {"crop": [5, 3, 80, 65], "rotate": rotate, "flip": flip}

    expected = apply_geometry(noise, Geometry.from_json(geometry))
    np.testing.assert_array_equal(saved(call, noise, geometry), expected)


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ({"brightness": 150}, (150, 75, 255)),
        ({"contrast": 50}, (114, 89, 164)),  # (100 - 127.5) / 2 + 127.5 = 113.75, 88.75, 163.75
        ({"grey": True}, (71, 71, 71)),  # 0.2126 * 100 + 0.7152 * 50 + 0.0722 * 200 = 71.46
        ({"inverted": True}, (155, 205, 55)),
        ({"saturation": 0, "inverted": True}, (184, 184, 184)),  # 255 - 71.46
    ],
)
def test_a_saved_copy_has_the_colours_that_were_shown(
    call: Call, colours: dict[str, object], expected: tuple[int, int, int]
) -> None:
    plain = np.full((64, 64, 3), (100, 50, 200), np.uint8)
    copy = saved(call, plain, {"crop": [0, 0, 64, 64], "rotate": 0, "flip": False}, **colours)

    assert sorted({tuple(int(value) for value in pixel) for row in copy for pixel in row}) == [expected]


def test_a_copy_is_named_after_the_picture(call: Call) -> None:
    names = call('({ copy: { copyName } }) => ["arm.left.jpeg", "spot", ".jpg"].map(copyName)')

    assert names == ["arm.left-copy.png", "spot-copy.png", "picture-copy.png"]


def test_magnifying_keeps_the_point_under_the_finger(call: Call) -> None:
    moves = call(
        """({ view: { WHOLE_VIEW, zoomed, under } }) => {
          const first = zoomed(WHOLE_VIEW, 2, { x: 0.3, y: 0.6 });
          const second = zoomed(first, 3, { x: 0.7, y: 0.2 });
          return [[WHOLE_VIEW, first, { x: 0.3, y: 0.6 }], [first, second, { x: 0.7, y: 0.2 }]]
            .map(([before, after, place]) => [under(place, before), under(place, after), after.zoom]);
        }"""
    )

    assert [zoom for _, _, zoom in moves] == [2, 6]
    for before, after, _ in moves:
        assert after == pytest.approx(before)


def test_the_view_never_leaves_the_picture(call: Call) -> None:
    views = call(
        """({ view: { WHOLE_VIEW, zoomed, panned } }) => {
          const near = zoomed(WHOLE_VIEW, 4);
          return [panned(near, { dx: 9, dy: -9 }), panned(WHOLE_VIEW, { dx: 1, dy: 1 }), zoomed(near, 0.01),
            zoomed(near, 1000)];
        }"""
    )

    assert views == [
        {"zoom": 4, "x": 0.125, "y": 0.875},
        {"zoom": 1, "x": 0.5, "y": 0.5},
        {"zoom": 1, "x": 0.5, "y": 0.5},
        {"zoom": 16, "x": 0.5, "y": 0.5},
    ]


def test_a_point_out_of_sight_is_brought_in(call: Call) -> None:
    before, after = call(
        """({ view: { WHOLE_VIEW, zoomed, bringing, seen } }) => {
          const near = zoomed(WHOLE_VIEW, 4);
          return [seen({ x: 0.7, y: 0.5 }, near), seen({ x: 0.7, y: 0.5 }, bringing(near, { x: 0.7, y: 0.5 }))];
        }"""
    )

    assert before["x"] == pytest.approx(1.3)
    assert after == pytest.approx({"x": 0.94, "y": 0.5})


def test_steps_are_taken_back_and_again(call: Call) -> None:
    states = call(
        """({ history: { history } }) => {
          const steps = history("a");
          const seen = [];
          const note = () => seen.push([steps.state(), steps.canUndo(), steps.canRedo()]);
          for (const act of [() => steps.push("b"), () => steps.push("c"), steps.undo, steps.undo, steps.undo,
            steps.redo, () => steps.push("d"), steps.redo]) {
            act();
            note();
          }
          return seen;
        }"""
    )

    assert states == [
        ["b", True, False],
        ["c", True, False],
        ["b", True, True],
        ["a", False, True],
        ["a", False, True],
        ["b", True, True],
        ["d", True, False],
        ["d", True, False],
    ]


def test_presses_of_one_key_are_one_step(call: Call) -> None:
    states = call(
        """({ history: { history } }) => {
          const steps = history(0);
          steps.push(1, "key n");
          steps.push(2, "key n");
          steps.push(3, "key s");
          steps.push(3, "key s");
          const seen = [steps.state()];
          while (steps.canUndo() && seen.length < 9) {
            steps.undo();
            seen.push(steps.state());
          }
          return seen;
        }"""
    )

    assert states == [3, 2, 0]
