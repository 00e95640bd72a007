"""The live camera, fed with drawn pictures: hints, photo, a look at it, into the well."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from accessibility import violations
from epiluma.data.synthetic import drawn_lesion
from epiluma.imaging.decode import read_image
from epiluma.web.statics import current_version

pytestmark = pytest.mark.browser
Pixels = np.ndarray[Any, Any]
Open = Callable[..., Any]
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
WIDTH, HEIGHT = 960, 720
FED = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
FED += ["--host-resolver-rules=MAP ward.test 127.0.0.1"]


def pasted(size: float, *, x: float = 0.5, y: float = 0.5) -> Pixels:
    """A drawn lesion, cut out of its picture, on even skin: `size` of the height high, its middle at x, y."""
    lesion = read_image(drawn_lesion(seed=5, width=WIDTH, height=HEIGHT))
    cut = Image.fromarray(lesion[HEIGHT // 6 : 5 * HEIGHT // 6, WIDTH // 4 : 3 * WIDTH // 4])
    side = round(size * HEIGHT)
    skin = np.asarray(cut)[:20].mean(axis=(0, 1)).astype(np.uint8)
    scene = Image.new("RGB", (WIDTH, HEIGHT), tuple(int(value) for value in skin))
    scene.paste(cut.resize((side, side)), (round(x * WIDTH - side / 2), round(y * HEIGHT - side / 2)))
    return np.asarray(scene)


def disc(radius: float) -> Pixels:
    """A brown disc on skin; its radius in halves of the height."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] - np.array([HEIGHT / 2, WIDTH / 2])[:, None, None]
    inside = np.hypot(x, y) < radius * HEIGHT / 2
    return np.where(inside[..., None], (110, 70, 60), (205, 160, 145)).astype(np.uint8)


@pytest.fixture(scope="module")
def scenes() -> dict[str, Pixels]:
    good = read_image(drawn_lesion(seed=5, width=WIDTH, height=HEIGHT))
    return {
        "good": good,
        "dark": (good * 0.2).astype(np.uint8),
        "bright": (255 - (255 - good.astype(float)) * 0.08).astype(np.uint8),
        "blurred": np.asarray(Image.fromarray(good).filter(ImageFilter.GaussianBlur(HEIGHT / 25))),
        "far": pasted(0.2),
        "near": disc(0.81),
        "aside": pasted(0.6, x=0.3, y=0.25),
        "none": np.full_like(good, (205, 160, 145)),
    }


def write_y4m(path: Path, image: Pixels) -> Path:
    """Write a film of two equal frames, 4:2:0, studio range, ITU-R BT.601."""
    red, green, blue = (image[..., channel].astype(float) for channel in range(3))
    luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
    chroma = (128 - 0.148 * red - 0.291 * green + 0.439 * blue, 128 + 0.439 * red - 0.368 * green - 0.071 * blue)
    height, width = luma.shape
    halved = [plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for plane in chroma]
    frame = b"FRAME\n" + b"".join(np.round(plane).astype(np.uint8).tobytes() for plane in (luma, *halved))
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode() + 2 * frame)
    return path


class Cameras:
    """Browsers with a camera each, that sees one scene; started when first needed."""

    def __init__(self, launch: Callable[[list[str]], Any], folder: Path, scenes: dict[str, Pixels]) -> None:
        self.launch, self.folder, self.scenes = launch, folder, scenes
        self.running: dict[str, Any] = {}

    def browser(self, name: str, argument: str) -> Any:
        if name not in self.running:
            self.running[name] = self.launch([*FED, argument])
        return self.running[name]

    def seeing(self, scene: str) -> Any:
        film = write_y4m(self.folder / f"{scene}.y4m", self.scenes[scene])
        return self.browser(scene, f"--use-file-for-fake-video-capture={film}")

    def two(self) -> Any:
        return self.browser("two", "--use-fake-device-for-media-stream=device-count=2")


@pytest.fixture(scope="module")
def cameras(
    browser: Any, chromium: str, tmp_path_factory: pytest.TempPathFactory, scenes: dict[str, Pixels]
) -> Iterator[Cameras]:
    kind = browser.browser_type
    made = Cameras(
        lambda arguments: kind.launch(executable_path=chromium, args=arguments),
        tmp_path_factory.mktemp("films"),
        scenes,
    )
    yield made
    for one in made.running.values():
        one.close()


@pytest.fixture
def open_with(address: str) -> Iterator[Open]:
    """Open the first page in a browser, as somebody who chose to be read on the server; complaints fail the test."""
    contexts, complaints = [], []

    def open_one(browser: Any, *, at: str = address, script: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('epiluma.where', 'server'); {script}")
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(at)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def state(page: Any, name: str) -> None:
    page.wait_for_selector(f"[data-camera][data-state={name}]")


def open_camera(page: Any) -> Any:
    page.locator(".well-actions [data-camera-open]").click()
    state(page, "live")
    return page


def hint(page: Any, name: str, word: str) -> str:
    """Wait until a hint says so and return its words."""
    row = f"[data-hint={name}][data-now={word}]"
    page.wait_for_selector(row)
    text: str = page.locator(f"{row} > span:visible").inner_text()
    return text


@pytest.fixture(scope="module")
def judge(browser: Any, address: str) -> Iterator[Callable[[Pixels], dict[str, str]]]:
    """What the hints say about a picture, worked out in Chromium from its central square."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/healthz")

    def run(image: Pixels) -> dict[str, str]:
        height, width = image.shape[:2]
        side = min(height, width)
        left, top = (width - side) // 2, (height - side) // 2
        square = Image.fromarray(image[top : top + side, left : left + side]).resize((224, 224), Image.Resampling.BOX)
        words: dict[str, str] = page.evaluate(
            f"""async (rgba) => {{
              const {{ judge, measure }} = await import("/static/{current_version()}/js/camera/quality.js");
              return judge(measure(Uint8Array.from(atob(rgba), (letter) => letter.charCodeAt(0))));
            }}""",
            b64encode(square.convert("RGBA").tobytes()).decode(),
        )
        return words

    yield run
    context.close()


@pytest.mark.parametrize(
    ("scene", "name", "word"),
    [
        ("good", "light", "good"),
        ("good", "focus", "good"),
        ("good", "place", "good"),
        ("dark", "light", "dark"),
        ("bright", "light", "bright"),
        ("blurred", "focus", "blurred"),
        ("blurred", "place", "good"),
        ("far", "place", "far"),
        ("near", "place", "near"),
        ("aside", "place", "aside"),
        ("none", "place", "none"),
    ],
)
def test_a_hint_says_what_is_wrong_with_the_picture(
    judge: Callable[[Pixels], dict[str, str]], scenes: dict[str, Pixels], scene: str, name: str, word: str
) -> None:
    assert judge(scenes[scene])[name] == word


def test_a_word_is_let_through_when_it_stays(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/healthz")
    heard = page.evaluate(
        f"""async () => {{
          const {{ steady }} = await import("/static/{current_version()}/js/camera/steady.js");
          return ["a", "a", "b", "a", "b", "b", "a"].map(steady(2));
        }}"""
    )
    context.close()

    assert heard == [None, "a", "a", "a", "a", "b", "b"]


def test_a_photo_is_taken_by_keyboard_alone_and_read(cameras: Cameras, open_with: Open) -> None:
    page = open_with(cameras.seeing("good"))
    page.locator(".well-actions [data-camera-open]").focus()
    page.keyboard.press("Enter")
    state(page, "live")
    page.wait_for_function("() => document.querySelector('[data-camera-status]').textContent.startsWith('All good')")

    assert [hint(page, name, "good") for name in ("light", "focus", "place")] == [
        "Light is good",
        "Sharp",
        "Well placed",
    ]
    assert page.evaluate("document.activeElement.dataset.cameraAct") == "shoot"
    page.keyboard.press("Space")
    state(page, "review")
    assert page.evaluate("document.activeElement.dataset.cameraAct") == "use"
    page.keyboard.press("Enter")
    page.locator("[data-adjust]").wait_for()
    size = page.locator("[data-picture-image]").evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size == [WIDTH, HEIGHT]
    assert page.evaluate("document.activeElement.matches('.well-bar [data-camera-open]')") is True
    page.locator("[data-submit]").click()
    page.wait_for_selector("[data-result] [data-tier]")


@pytest.mark.parametrize(
    ("scene", "name", "said"),
    [
        ("dark", "light", "Too dark: more light, please"),
        ("blurred", "focus", "Blurred: hold still, or move back a little"),
        ("far", "place", "Too small: move closer"),
    ],
)
def test_the_camera_says_what_to_do(cameras: Cameras, open_with: Open, scene: str, name: str, said: str) -> None:
    page = open_camera(open_with(cameras.seeing(scene)))

    assert hint(page, name, scene) == said
    page.wait_for_function("(said) => document.querySelector('[data-camera-status]').textContent === said", arg=said)


def test_another_photo_can_be_taken_and_space_takes_it_from_anywhere(cameras: Cameras, open_with: Open) -> None:
    page = open_camera(open_with(cameras.seeing("good")))
    page.get_by_role("button", name="Take the photo").click()
    state(page, "review")
    assert page.get_by_alt_text("The photo you took").is_visible()
    page.get_by_role("button", name="Take another").click()
    state(page, "live")
    page.evaluate("document.activeElement.blur()")
    page.locator("[data-camera]").press("Space")
    state(page, "review")

    assert page.locator("[data-well-preview]").is_visible() is False


def test_closing_lets_the_camera_go(cameras: Cameras, open_with: Open) -> None:
    page = open_camera(open_with(cameras.seeing("good")))
    page.evaluate("window.track = document.querySelector('[data-camera-video]').srcObject.getTracks()[0]")
    assert page.evaluate("window.track.readyState") == "live"
    page.keyboard.press("Escape")

    assert page.evaluate("window.track.readyState") == "ended"
    assert page.evaluate("document.activeElement.matches('[data-camera-open]')") is True
    assert page.locator("[data-camera]").is_visible() is False


GONE = """() => {
  const [track] = document.querySelector('[data-camera-video]').srcObject.getTracks();
  track.dispatchEvent(new Event('ended'));
}"""


def test_a_camera_that_goes_away_is_told(cameras: Cameras, open_with: Open) -> None:
    page = open_camera(open_with(cameras.seeing("good")))
    page.evaluate(GONE)
    state(page, "trouble")

    assert page.get_by_text("The camera has gone.").first.is_visible()
    page.get_by_role("button", name="Try again").click()
    state(page, "live")


REJECT = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{}'));"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "This page may not use the camera."),
        ("NotFoundError", "No camera was found."),
        ("NotReadableError", "The camera does not answer."),
    ],
)
def test_a_camera_that_cannot_be_opened_is_told_with_a_way_out(
    cameras: Cameras, open_with: Open, pictures: dict[str, Path], error: str, said: str
) -> None:
    page = open_with(cameras.seeing("good"), script=REJECT.format(error))
    page.locator(".well-actions [data-camera-open]").click()
    state(page, "trouble")

    assert page.locator("[data-camera-status]").inner_text().startswith(said)
    assert page.locator("[data-trouble]:visible").last.inner_text().startswith(said)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use the device's own camera").click()
    chooser.value.set_files(pictures["high"])
    page.locator("[data-adjust]").wait_for()


def test_without_a_secure_address_the_dialog_says_why(cameras: Cameras, open_with: Open, address: str) -> None:
    page = open_with(cameras.seeing("good"), at=address.replace("127.0.0.1", "ward.test"))
    page.locator(".well-actions [data-camera-open]").click()
    state(page, "trouble")

    assert page.get_by_text("Browsers open a camera only on pages with a secure address (https).").first.is_visible()
    assert page.get_by_role("button", name="Use the device's own camera").is_visible()


def test_one_of_several_cameras_is_chosen_and_remembered(cameras: Cameras, open_with: Open) -> None:
    page = open_camera(open_with(cameras.two()))
    choice = page.locator("[data-camera-choice]")
    names = choice.locator("option").all_inner_texts()
    other = choice.evaluate("field => [...field.options].find((one) => !one.selected).value")
    choice.select_option(other)
    page.wait_for_function(
        "(id) => document.querySelector('[data-camera-video]').srcObject?.getTracks()[0].getSettings().deviceId === id",
        arg=other,
    )
    page.reload()
    open_camera(page)

    assert len(names) == 2
    assert page.locator("[data-camera-choice]").input_value() == other


ABLE = """
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 5, step: 0.5 } });
MediaStreamTrack.prototype.applyConstraints = async (wish) => { window.wishes = [...(window.wishes ?? []), wish]; };
"""


def test_lamp_and_zoom_are_offered_where_the_camera_has_them(cameras: Cameras, open_with: Open) -> None:
    plain = open_camera(open_with(cameras.seeing("good")))
    assert plain.get_by_label("Lamp").is_visible() is False
    assert plain.get_by_label("Zoom").is_visible() is False
    page = open_camera(open_with(cameras.seeing("good"), script=ABLE))
    page.get_by_label("Lamp").check()
    page.get_by_label("Zoom").fill("2.5")

    assert page.evaluate("window.wishes") == [{"advanced": [{"torch": True}]}, {"advanced": [{"zoom": 2.5}]}]


@pytest.mark.parametrize("size", [SMALL, {"viewport": {"width": 1280, "height": 860}}], ids=["320", "1280"])
def test_the_dialog_fits_the_screen_and_every_control_a_finger(
    cameras: Cameras, open_with: Open, size: dict[str, Any]
) -> None:
    page = open_camera(open_with(cameras.seeing("good"), **size))
    box = page.locator("[data-camera]").bounding_box()
    boxes = page.locator("[data-camera] :is(button, select, input):visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])"
    )

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["viewport"]["width"]
    assert len(boxes) >= 2
    assert [one for one in boxes if min(one) < 24] == []


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), ({}, "light")], ids=["small-dark", "desktop-light"])
def test_axe_finds_nothing_in_any_state_of_the_camera(
    cameras: Cameras, open_with: Open, size: dict[str, Any], theme: str
) -> None:
    page = open_camera(open_with(cameras.seeing("good"), script=ABLE, color_scheme=theme, **size))
    hint(page, "light", "good")

    assert violations(page) == []
    page.get_by_role("button", name="Take the photo").click()
    state(page, "review")
    assert violations(page) == []
    page.get_by_role("button", name="Take another").click()
    state(page, "live")
    page.evaluate(GONE)
    state(page, "trouble")
    assert violations(page) == []


def test_without_javascript_no_live_camera_is_offered(cameras: Cameras, open_with: Open) -> None:
    page = open_with(cameras.seeing("good"), java_script_enabled=False)

    assert page.locator("[data-camera-open]").first.is_visible() is False
    assert page.locator("[data-camera]").is_visible() is False
