// The change list: whole page, shift-click ranges, how many are chosen, what was changed in the
// list. Everything here is a convenience: the forms work without it.

const form = document.querySelector("#changelist");

function enhance() {
  const ticks = [...form.querySelectorAll("[data-tick]")];
  const edits = [...form.querySelectorAll("[data-edit]")];
  const all = form.querySelector("[data-all]");
  const across = form.querySelector("[data-across]");
  const part = (name) => form.querySelector(`[data-${name}]`);
  const say = (element, ...values) => {
    const text = element.dataset.words.replace(/\{(\d)\}/g, (_, index) => values[index]);
    if (element.textContent !== text) element.textContent = text;
  };
  const edited = (select) => !select.selectedOptions[0]?.defaultSelected;
  // In a list that came back unsaved, what was chosen stays chosen: changed from what was shown.
  for (const select of edits) {
    const shown = form.elements[`shown-${select.name}`]?.value ?? select.value;
    const { value } = select;
    for (const option of select.options) option.defaultSelected = option.value === shown;
    select.value = value;
  }
  let last = null;
  let sent = false;

  const showChosen = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    const whole = chosen > 0 && chosen === ticks.length;
    if (all) {
      all.checked = whole;
      all.indeterminate = chosen > 0 && !whole;
    }
    if (across) {
      across.closest("label").hidden = !whole;
      if (!whole) across.checked = false;
    }
    if (part("chosen")) say(part("chosen"), chosen, part("chosen").dataset.shown);
    form.classList.toggle("some-chosen", chosen > 0);
    // On a phone the bar to save stands on top of the bar of actions.
    form.style.setProperty("--actions-height", `${form.querySelector(".actions-bar")?.offsetHeight ?? 0}px`);
    for (const tick of ticks) tick.closest("tr").classList.toggle("chosen", tick.checked);
  };

  const showEdited = () => {
    const count = edits.filter(edited).length;
    form.classList.toggle("changed", count > 0);
    if (part("changed")) say(part("changed"), count);
    for (const select of edits) {
      const box = select.parentElement;
      box.className = `visibility-choice ${select.value}${edited(select) ? " edited" : ""}`;
      const use = box.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${select.value}`));
    }
  };

  const show = () => {
    showChosen();
    showEdited();
  };

  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const tick of ticks) tick.checked = all.checked;
      showChosen();
    });
  }
  for (const tick of ticks) {
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== tick) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      }
      last = tick;
      showChosen();
    });
  }
  for (const select of edits) select.addEventListener("change", showEdited);
  form.addEventListener("reset", () => setTimeout(show));

  // Enter in a field of the list saves the list, in the menu of actions it runs the action.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.matches("button, a, summary")) return;
    event.preventDefault();
    if (event.target.name === "action") form.requestSubmit(part("go"));
    else if (form.classList.contains("changed")) form.requestSubmit(part("save"));
  });

  // Before the site's own listener, which lets a form be sent once only.
  form.addEventListener(
    "submit",
    (event) => {
      const saves = event.submitter?.name === "_save";
      if (!saves && form.classList.contains("changed") && !confirm(form.dataset.unsaved)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      sent = true;
    },
    { capture: true },
  );
  // Only what was changed here is sent: what somebody else changed in the meantime stays.
  form.addEventListener("formdata", (event) => {
    for (const select of edits) if (!edited(select)) event.formData.delete(select.name);
  });
  addEventListener("beforeunload", (event) => {
    if (!sent && form.classList.contains("changed")) event.preventDefault();
  });
  // A page that comes back keeps its ticks and choices in some browsers.
  addEventListener("pageshow", () => {
    sent = false;
    show();
  });
  form.dataset.live = "";
  show();
}

if (form) enhance();
