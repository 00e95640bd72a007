// The picture well: a picture comes in by choosing, dropping, pasting, photographing or as a drawn sample.
// Another behaviour hands one in by the form's event "picture-given", and learns of each by "picture-chosen"; both carry
// the file as detail.file.
export function well(form, { check, refused, chosen, opened }) {
  const box = form.querySelector("[data-well]");
  const image = form.querySelector("[data-picture-image]");
  const frame = form.querySelector("[data-picture]");
  const fields = [...form.querySelectorAll("[data-file]")];
  let current = null;
  let address = null;

  function take(file) {
    if (!file) return;
    const wrong = check(file);
    if (wrong) {
      refused(wrong);
      return;
    }
    current = file;
    form.dispatchEvent(new CustomEvent("epiluma:picture", { bubbles: true, detail: { file } })); // what was said of the last one ends
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(file);
    show(true);
    image.src = address;
    form.querySelector("[data-well-name]").textContent = file.name;
    form.querySelector("[data-well-empty]").hidden = true;
    form.querySelector("[data-well-preview]").hidden = false;
    form.querySelector("[data-another]").hidden = false;
    form.elements.geometry.value = ""; // it cut another picture
    chosen(file);
    form.dispatchEvent(new CustomEvent("picture-chosen", { detail: { file } }));
  }

  form.addEventListener("picture-given", (event) => take(event.detail.file));

  function show(visible) {
    image.hidden = !visible;
    form.querySelector("[data-no-preview]").hidden = visible;
  }

  image.addEventListener("load", () => frame.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight));
  image.addEventListener("error", () => show(false)); // the server may still be able to read it, and else says why not

  for (const field of fields) {
    const takeChosen = () => {
      take(field.files[0]);
      field.value = ""; // so that the same file can be chosen again
    };
    field.addEventListener("change", takeChosen);
    if (field.files.length) queueMicrotask(takeChosen); // chosen while this script was still on its way
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    opened();
    form.querySelector(`#${opener.dataset.opens}`).click();
  });

  for (const button of form.querySelectorAll("[data-sample]")) {
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const answer = await fetch(button.dataset.sample).catch(() => null);
      if (!answer?.ok) {
        refused(form.dataset.textOffline);
        return;
      }
      const file = new File([await answer.blob()], button.dataset.sample.split("/").pop(), { type: "image/jpeg" });
      form.querySelector('[name="modality"][value="dermoscopic"]').checked = true; // what the drawings imitate
      take(file);
    });
  }

  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (file) take(file);
  });

  dropping(box, take);
  return { file: () => current };
}

// The whole page takes a dropped file, or a browser would leave the page to show it.
function dropping(box, take) {
  let depth = 0;
  const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (!carriesFile(event)) return;
    depth += 1;
    box.dataset.dragging = "";
  });
  document.addEventListener("dragleave", (event) => {
    if (!carriesFile(event)) return;
    depth -= 1;
    if (depth === 0) delete box.dataset.dragging;
  });
  document.addEventListener("dragover", (event) => {
    if (carriesFile(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth = 0;
    delete box.dataset.dragging;
    take(event.dataTransfer.files[0]);
  });
}
