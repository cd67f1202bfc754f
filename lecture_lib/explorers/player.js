// Shows one of many frames. Sliders are linked to i0, i1, i2 in the browser: no kernel is asked.

function make(tag, name, parent) {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}

// ipywidgets' sliders have no accessible name and announce the index: tell the symbol's value.
function nameSliders(box) {
  for (const slider of box.querySelectorAll(".widget-inline-hbox")) {
    const handle = slider.querySelector(".noUi-handle");
    const label = slider.querySelector(".widget-label");
    const readout = slider.querySelector(".widget-readout");
    if (!handle || !label || !readout) continue;
    const set = (name, value) => {
      if (handle.getAttribute(name) !== value) handle.setAttribute(name, value);
    };
    set("aria-label", label.title || label.textContent);
    set("aria-valuetext", `${label.textContent} = ${readout.textContent}`);
    set("data-lm-suppress-shortcuts", "true"); // JupyterLab leaves the arrow keys to the slider
  }
}

function render({ model, el }) {
  el.classList.add("lecture-player");
  const headline = make("div", "lecture-headline", el);
  const image = make("img", "lecture-frame", el);
  const readout = make("div", "lecture-readout", el);
  const status = make("div", "lecture-status", el);
  status.setAttribute("role", "status");
  image.width = model.get("width");
  image.height = model.get("height");
  image.decoding = "sync";

  const urls = new Map();
  function url(k) {
    if (!urls.has(k)) {
      const data = model.get("data"); // a DataView
      const [from, to] = model.get("offsets").slice(k, k + 2);
      const png = new Uint8Array(data.buffer, data.byteOffset + from, to - from);
      urls.set(k, URL.createObjectURL(new Blob([png], { type: "image/png" })));
    }
    return urls.get(k);
  }

  let shown = -1;
  let soon = 0;
  function show() {
    const k = model.get("dims").reduce((sum, n, d) => sum * n + model.get(`i${d}`), 0);
    if (k === shown) return;
    const [head, alt, read] = model.get("texts")[k];
    image.src = url(k);
    image.alt = alt;
    headline.textContent = head;
    readout.textContent = read;
    clearTimeout(soon); // a screen reader hears the position where the slider comes to rest
    if (shown >= 0) soon = setTimeout(() => (status.textContent = `${head}. ${read}`), 400);
    shown = k;
    el.dataset.position = k;
  }
  const moves = "change:i0 change:i1 change:i2";
  model.on(moves, show);
  image.addEventListener("load", () => el.classList.add("lecture-live"), { once: true });
  show();

  // The sliders are our neighbours in the explorer's box, which appears after us.
  const observer = new MutationObserver(() => nameSliders(el.closest(".lecture-explorer")));
  const waiting = setInterval(() => {
    const box = el.closest(".lecture-explorer");
    if (!box) return;
    clearInterval(waiting);
    nameSliders(box);
    const attributeFilter = ["aria-valuetext"];
    observer.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter });
  }, 50);

  return () => {
    model.off(moves, show);
    clearTimeout(soon);
    clearInterval(waiting);
    observer.disconnect();
    for (const address of urls.values()) URL.revokeObjectURL(address);
  };
}

export default { render };
