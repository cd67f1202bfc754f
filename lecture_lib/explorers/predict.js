// A question with a button for each answer. Runs without a kernel; the answer is in the model.

function make(tag, name, parent) {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}

function render({ model, el }) {
  el.classList.add("lecture-question", "lecture-live");
  el.dataset.lmSuppressShortcuts = "true"; // Enter presses a button, it does not edit the cell
  const question = make("div", "lecture-asked", el);
  question.textContent = model.get("question");
  const group = make("div", "lecture-answers", el);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", model.get("question"));
  const buttons = model.get("answers").map((answer, k) => {
    const button = make("button", "lecture-answer", group);
    button.type = "button";
    button.textContent = answer;
    button.addEventListener("click", () => press(k));
    return button;
  });
  const reply = make("div", "lecture-reply", el);
  reply.setAttribute("role", "status");
  const look = make("button", "lecture-look", el);
  look.type = "button";
  look.textContent = "or just look";
  look.addEventListener("click", () => commit("opened", true));

  function commit(name, value) {
    model.set(name, value);
    model.save_changes();
  }

  let read = -1; // the answer whose reply is shown
  function press(k) {
    read = k;
    if (model.get("chosen") < 0) commit("chosen", k);
    commit("opened", true);
    show();
  }

  function show() {
    const chosen = model.get("chosen");
    if (read < 0) read = chosen;
    const right = read === model.get("right");
    buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(k === read));
      button.classList.toggle("lecture-yours", k === chosen);
      button.classList.toggle("lecture-right", k === read && right);
      button.classList.toggle("lecture-wrong", k === read && !right);
    });
    reply.hidden = read < 0;
    reply.textContent = read < 0 ? "" : `${right ? "✓" : "✗"} ${model.get("replies")[read]}`;
    look.hidden = !model.get("covers") || model.get("opened");
    el.classList.toggle("lecture-covering", !look.hidden);
  }
  model.on("change:chosen change:opened", show);
  show();
  return () => model.off("change:chosen change:opened", show);
}

export default { render };
