// A video's form: shows a newly chosen thumbnail before it is sent, or says at once that it cannot be shown. One that was
// received before gives way to it. Listens on the document, since an answer with something wrong puts another form in place.

let shown = null;

// Ticked, but not sent: should the server refuse the new one, it still has the old.
const giveWay = (input, is) => {
  const kept = input.form.elements["thumbnail_upload-clear"];
  if (kept) kept.checked = kept.disabled = is;
};

const show = (input) => {
  const preview = input.form.querySelector("[data-preview]");
  const fault = input.form.querySelector("[data-preview-fault]");
  const image = preview.querySelector("img");
  if (shown) URL.revokeObjectURL(shown);
  const chosen = input.files[0];
  shown = chosen ? URL.createObjectURL(chosen) : null;
  fault.hidden = true;
  image.onload = () => (preview.hidden = false);
  image.onerror = () => {
    preview.hidden = true;
    // The server has looked at it already, and says more.
    fault.hidden = Boolean(input.form.querySelector("#errors_thumbnail"));
    input.setAttribute("aria-invalid", "true");
    giveWay(input, false);
  };
  if (shown) {
    image.src = shown;
  } else {
    image.removeAttribute("src");
    preview.hidden = true;
  }
  giveWay(input, Boolean(chosen));
};

document.addEventListener("change", ({ target }) => {
  const preview = target.closest?.("form")?.querySelector("[data-preview]");
  if (!preview) return;
  if (target.name === "thumbnail") {
    target.form.querySelector("#errors_thumbnail")?.remove();
    target.removeAttribute("aria-invalid");
    show(target);
  } else if (target.name === "thumbnail_upload-clear" && !target.form.elements.thumbnail.files.length) {
    preview.hidden = target.checked || !shown;
  }
});

// A file that was chosen before this script came, that another form has taken over, or that a browser chooses again when it
// comes back.
const ready = () => {
  const nothingSaid = "form:has([data-preview][hidden]):has([data-preview-fault][hidden])";
  for (const input of document.querySelectorAll(`${nothingSaid} input[name=thumbnail]`)) {
    if (input.files.length) show(input);
  }
};
addEventListener("pageshow", ready);
new MutationObserver(ready).observe(document.querySelector("main").parentNode, { childList: true });
ready();
