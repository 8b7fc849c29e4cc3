// A video's form: each chosen caption file in a row of its own, with its language and whether it is the default. Without
// this file the server tells the language by the file, or asks. Listens on the document, since an answer with something
// wrong puts another form in place.

const proposed = (name, select) => {
  const known = [...select.options].map((option) => option.value).filter(Boolean);
  for (const part of name.toLowerCase().split(".").slice(1, -1).reverse()) {
    const primary = part.split(/[-_]/)[0];
    const exact = known.find((tag) => tag.toLowerCase() === part.replaceAll("_", "-"));
    const found = exact ?? (primary === "zh" ? undefined : known.find((tag) => tag === primary));
    if (found) return found;
  }
  return "";
};

const list = (set, files) => {
  const template = set.querySelector("template");
  const rows = [...files].map((file, place) => {
    const row = template.content.cloneNode(true);
    const select = row.querySelector("select");
    row.querySelector(".caption-name").textContent = file.name;
    select.name = `caption-language-n${place}`;
    select.value = proposed(file.name, select);
    row.querySelector("[type=radio]").value = `n${place}`;
    return row;
  });
  set.querySelector("[data-new-captions]").replaceChildren(...rows);
  const none = set.querySelector("[data-no-default]");
  none.hidden = !set.querySelector(".caption");
  if (!set.querySelector("[name=caption_default]:checked")) none.querySelector("input").checked = true;
};

document.addEventListener("change", ({ target }) => {
  const set = target.closest?.("[data-captions]");
  if (set && target.type === "file") list(set, target.files);
});

// Files that were chosen before this script came, that another form has taken over, or that a browser chooses again when it
// comes back.
const ready = () => {
  for (const input of document.querySelectorAll("[data-captions]:has([data-new-captions]:empty) input[type=file]")) {
    if (input.files.length) list(input.closest("[data-captions]"), input.files);
  }
};
addEventListener("pageshow", ready);
new MutationObserver(ready).observe(document.querySelector("main").parentNode, { childList: true });
ready();
