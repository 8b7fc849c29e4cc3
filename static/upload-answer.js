// What becomes of the page when the video form, sent by a script, is answered.

const FAULTY = '[aria-invalid="true"]';

// Messages on pages that were shown to a script only are shown again where the viewer lands; of many that
// say "saved" one is made, by `together` from their number.
export const keepMessages = (pages, together) => {
  const found = pages.flatMap((page) => [...page.querySelectorAll(".messages .message")]);
  const good = found.filter((message) => message.matches(".success"));
  if (good.length > 1) {
    good[0].querySelector("span").textContent = together(good.length);
    for (const message of good.slice(1)) found.splice(found.indexOf(message), 1);
  }
  try {
    sessionStorage.setItem("madang.messages", JSON.stringify(found.map((message) => message.outerHTML)));
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
    // A video that the answer complains of has to be chosen again.
    if (fresh.name === "video_file" && fresh.matches(FAULTY)) continue;
    // Not the field itself: scripts of the old form listen to it.
    const chosen = fresh.cloneNode();
    chosen.files = held.files;
    fresh.replaceWith(chosen);
  }
  const parts = ["[data-preview]:not([hidden])"];
  if (!answer.elements.video_file?.matches(FAULTY)) parts.push("[data-frames][data-state]");
  for (const part of parts) {
    const shown = form.querySelector(part);
    if (shown) answer.querySelector(part.slice(0, part.indexOf("]") + 1))?.replaceWith(shown);
  }
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
};

// Leads to what is wrong.
export const lead = (form) => {
  const faulty = form.querySelector(FAULTY);
  const first = form.querySelector(".conflict") ?? faulty ?? form.querySelector(".summary");
  first?.scrollIntoView({ block: "center" });
  (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus({ preventScroll: true });
};
