// Sends the form with its picture and brings back the part of the page that answers it.
// XMLHttpRequest and not fetch: only it tells how much has been sent.
export function send(form, file, { signal, progress }) {
  const body = new FormData(form);
  body.delete("image");
  body.append("image", file, file.name || "picture");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Epiluma-Part", "result");
    request.responseType = "document";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("load", () => {
      const part = request.response?.body?.firstElementChild;
      if (part) resolve(document.adoptNode(part));
      else reject(new TypeError("the server sent no page"));
    });
    request.addEventListener("error", () => reject(new TypeError("the server does not answer")));
    request.addEventListener("abort", () => reject(new DOMException("left off", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
