// A live camera in a dialog: frame guide, hints, photo, a look at it, and into the well like any other file.
import { photograph } from "./capture.js";
import { CameraTrouble, openCamera } from "./devices.js";
import { hints } from "./hints.js";
import { settings } from "./settings.js";

export function camera(dialog) {
  const video = dialog.querySelector("[data-camera-video]");
  const shot = dialog.querySelector("[data-camera-shot]");
  const status = dialog.querySelector("[data-camera-status]");
  const button = (name) => dialog.querySelector(`[data-camera-act="${name}"]`);
  const advice = hints(dialog.querySelector("[data-hints]"), video, status);
  const tools = settings(dialog, { switched: (id) => start(id) });
  let stream = null;
  let turn = 0; // a camera that answers after the dialog was closed, or another was chosen, is let go at once
  let photo = null;

  function set(state) {
    dialog.dataset.state = state;
    if (state === "live") advice.start();
    else advice.stop();
  }

  function letGo() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
  }

  async function start(id) {
    const mine = (turn += 1);
    letGo();
    forget();
    set("starting");
    status.textContent = dialog.dataset.textStarting;
    try {
      const opened = await openCamera(id);
      if (mine !== turn) {
        for (const track of opened.getTracks()) track.stop();
        return;
      }
      stream = opened;
      const [track] = stream.getVideoTracks();
      track.addEventListener("ended", () => mine === turn && trouble("lost"));
      video.srcObject = stream;
      await video.play();
      await tools.show(track);
      if (mine === turn) live();
    } catch (error) {
      if (mine === turn) trouble(error instanceof CameraTrouble ? error.code : "busy");
    }
  }

  function live() {
    dialog.style.setProperty("--frame", video.videoWidth / video.videoHeight);
    set("live");
    button("shoot").focus();
  }

  function trouble(code) {
    letGo();
    set("trouble");
    dialog.dataset.trouble = code;
    const text = dialog.querySelector(`[data-trouble="${code}"]`);
    status.textContent = text.textContent.trim();
    button("phone").focus();
  }

  async function shoot() {
    if (dialog.dataset.state !== "live") return;
    const mine = turn;
    set("shooting");
    try {
      photo = await photograph(video, stream.getVideoTracks()[0], { maxBytes: Number(dialog.dataset.maxBytes) });
    } catch {
      if (mine === turn) trouble("lost");
      return;
    }
    if (mine !== turn) return;
    shot.src = URL.createObjectURL(photo);
    set("review");
    status.textContent = dialog.dataset.textTaken;
    button("use").focus();
  }

  function forget() {
    if (shot.src) URL.revokeObjectURL(shot.src);
    shot.removeAttribute("src");
    photo = null;
  }

  const acts = {
    shoot,
    close: () => dialog.close(),
    retry: () => start(),
    again() {
      forget();
      live();
    },
    use() {
      const field = document.getElementById("camera");
      const files = new DataTransfer();
      files.items.add(photo);
      field.files = files.files;
      dialog.close();
      field.dispatchEvent(new Event("change"));
      document.querySelector("[data-well] .well-bar [data-camera-open]").focus(); // where the dialog was, beside the photo
    },
    phone() {
      dialog.close();
      document.getElementById("camera").click();
    },
  };

  for (const one of dialog.querySelectorAll("[data-camera-act]")) {
    one.addEventListener("click", () => acts[one.dataset.cameraAct]());
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, select, input")) return;
    event.preventDefault();
    shoot();
  });

  dialog.addEventListener("close", () => {
    turn += 1;
    advice.stop();
    letGo();
    forget();
  });

  for (const opener of document.querySelectorAll("[data-camera-open]")) {
    opener.addEventListener("click", () => {
      dialog.showModal();
      start();
    });
  }

  document.addEventListener("epiluma:picture", () => {
    for (const opener of document.querySelectorAll("[data-camera-open][hidden]")) opener.hidden = false;
  });
}
