// The place where the result stands: empty, waiting, a result or a problem. Takes the reader there and says it aloud.
export function answer(root) {
  const place = root.querySelector("[data-result]");
  const status = root.querySelector("[data-status]");
  const skeleton = root.querySelector("[data-skeleton]");
  const trouble = root.querySelector("[data-problem-template]");
  const empty = [...place.childNodes];

  function put(...nodes) {
    place.replaceChildren(...nodes);
  }

  function goTo(element, { focus }) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { top } = place.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.6) place.scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    if (focus) element.focus({ preventScroll: true });
  }

  function say(text) {
    status.textContent = text;
  }

  function reset() {
    place.removeAttribute("aria-busy");
    put(...empty);
  }

  return {
    say,
    reset,
    hasResult: () => place.querySelector("[data-announce]") !== null,
    heatUrl: () => place.querySelector("[data-heat-url]")?.dataset.heatUrl ?? "",
    clearProblem() {
      if (place.querySelector(".problem, .offer")) reset();
    },
    /** Call back with what a reader wants instead: "here" or "server". */
    onWish(wished) {
      place.addEventListener("click", ({ target }) => {
        const wish = target.closest("[data-do]")?.dataset.do;
        if (wish) wished(wish);
      });
    },
    wait(text, { instead = false } = {}) {
      put(skeleton.content.cloneNode(true));
      place.querySelector("[data-instead]").hidden = !instead;
      place.querySelector("[data-progress-text]").textContent = text;
      if (!instead) place.setAttribute("aria-busy", "true"); // else there is something to press meanwhile
      say(text);
      goTo(place, { focus: false });
    },
    progress(share, text) {
      const bar = place.querySelector("[data-progress]");
      if (!bar) return;
      if (share === 1) place.querySelector("[data-instead]").hidden = true; // too late to choose another way
      if (share < 1) bar.value = Math.round(share * 100);
      else bar.removeAttribute("value");
      const line = place.querySelector("[data-progress-text]");
      if (line.textContent !== text) say(text);
      line.textContent = text;
    },
    show(part) {
      place.removeAttribute("aria-busy");
      put(part);
      say(part.dataset.announce ?? part.querySelector("[data-problem-text], [data-offer-text]")?.textContent ?? "");
      goTo(part.matches("[data-answer]") ? part : part.querySelector("[data-answer]"), { focus: true });
    },
    offer: (name) => document.querySelector(`[data-offer="${name}"]`).content.firstElementChild.cloneNode(true),
    showOffer(name) {
      this.show(this.offer(name));
    },
    showProblem(text) {
      const part = trouble.content.firstElementChild.cloneNode(true);
      part.querySelector("[data-problem-text]").textContent = text;
      this.show(part);
    },
  };
}
