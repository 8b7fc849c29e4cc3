// What becomes of the page when the video form, sent by a script, is answered.

// Messages on a page that was shown to a script only are shown again where the viewer lands.
export const keepMessages = (pages) => {
  try {
    const messages = pages.flatMap((page) => [...page.querySelectorAll(".messages .message")]);
    sessionStorage.setItem("madang.messages", JSON.stringify(messages.map((message) => message.outerHTML)));
  } catch {
    // Storage is refused: the page goes without them.
  }
};

// The sentences about a form that comes back.
export const faults = (answer) =>
  [...answer.querySelectorAll(".field-errors li, .summary .line")].map((line) => line.textContent.trim()).join(" ");

// The answer's form takes `form`'s place. What the server has received and kept is not sent again; what
// it has not stays chosen.
export const replace = (form, answer, page) => {
  const tokens = { video_file: "upload", thumbnail: "thumbnail_upload" };
  for (const fresh of answer.querySelectorAll('input[type="file"]')) {
    const held = form.elements[fresh.name];
    if (!held?.files.length || answer.elements[tokens[fresh.name]]) continue;
    // Not the field itself: scripts of the old form listen to it.
    const chosen = fresh.cloneNode();
    chosen.files = held.files;
    fresh.replaceWith(chosen);
  }
  for (const part of ["[data-preview]:not([hidden])", "[data-frames][data-state]"]) {
    const shown = form.querySelector(part);
    if (shown) answer.querySelector(part.slice(0, part.indexOf("]") + 1))?.replaceWith(shown);
  }
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
};

// Leads to what is wrong.
export const lead = (form) => {
  const faulty = form.querySelector('[aria-invalid="true"]');
  const first = form.querySelector(".conflict") ?? faulty ?? form.querySelector(".summary");
  first?.scrollIntoView({ block: "center" });
  (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus({ preventScroll: true });
};
