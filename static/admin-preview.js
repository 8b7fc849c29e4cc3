// A video's form: shows a newly chosen thumbnail before it is sent. Listens on the document, since
// an answer with something wrong puts another form in place.

let shown = null;
document.addEventListener("change", (event) => {
  const input = event.target;
  const preview = input.closest?.("form")?.querySelector("[data-preview]");
  if (input.name !== "thumbnail" || !preview) return;
  if (shown) URL.revokeObjectURL(shown);
  const chosen = input.files[0];
  shown = chosen ? URL.createObjectURL(chosen) : null;
  preview.hidden = !shown;
  if (shown) preview.querySelector("img").src = shown;
});
