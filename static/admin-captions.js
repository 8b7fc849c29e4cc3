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

document.addEventListener("change", (event) => {
  const set = event.target.closest?.("[data-captions]");
  if (!set || event.target.type !== "file") return;
  const template = set.querySelector("template");
  const rows = [...event.target.files].map((file, place) => {
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
});
