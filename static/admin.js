// The admin's frame: drawers that stand open where there is room, the sidebar's filter, and the
// question before what was typed is lost. Everything works without it.

// Browsers without ::details-content cannot show a closed <details>; crossing the width moves all.
const wide = matchMedia("(min-width: 1200px)");
const drawers = document.querySelectorAll("details[data-wide]");
const stand = () => {
  for (const drawer of drawers) drawer.open = wide.matches;
};
wide.addEventListener("change", stand);
stand();

const field = document.querySelector("[data-sidebar-filter]");
if (field) {
  const items = [...field.parentElement.querySelectorAll("li")];
  const plain = (text) => text.normalize("NFKC").toLowerCase().trim();
  const filter = () => {
    const wanted = plain(field.value);
    for (const item of items) item.hidden = !plain(item.firstElementChild.textContent).includes(wanted);
  };
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      event.preventDefault();
      field.value = "";
      filter();
    } else if (event.key === "Enter") {
      event.preventDefault();
      items.find((item) => !item.hidden)?.querySelector("a").click();
    }
  });
}

// Django loses what was typed when a stray click leads away; here the browser asks first. A form that
// comes back with errors is not saved either.
const guarded = "form.change-form";
let unsaved = document.querySelector(`${guarded}[data-dirty], ${guarded} :is(.summary, .stale)`) !== null;
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest(guarded)) unsaved = true;
  });
}
// After the form's own listeners: a script that sends the form itself has stopped the event.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.matches(guarded)) unsaved = false;
});
document.addEventListener("madang:saved", () => (unsaved = false));
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) unsaved = false;
});
