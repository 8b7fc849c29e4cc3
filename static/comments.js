// Comforts of comments: a comment is sent without leaving the page, so that a video plays on. Everything works
// without them.

const region = () => document.querySelector("[data-comments]");

// What is being written elsewhere on the page, by the id of its field.
const unsent = (sent) => {
  const texts = [...document.querySelectorAll("[data-comments] textarea")].filter((text) => text !== sent && text.value);
  return texts.map((text) => [text.id, text.value]);
};
const restore = (texts) => {
  for (const [id, value] of texts) {
    const text = document.getElementById(id);
    if (!text || text.value) continue;
    text.value = value;
    const reply = text.closest("details");
    if (reply) reply.open = true;
  }
};

// What was written when the login had ended is there again after the next one.
const KEPT = `madang.unsent.${location.pathname}`;
try {
  restore(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  sessionStorage.removeItem(KEPT);
} catch {
  // Storage is refused: the page goes without them.
}
const leave = (form) => {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(unsent(null)));
  } catch {
    // See above.
  }
  form.submit();
};

// The form of a reply takes the focus as it opens.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("details.reply") && event.target.open) event.target.querySelector("textarea").focus();
  },
  true,
);

// Ctrl and Enter send.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.target.closest?.("form[data-comment]")?.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-comments] form[data-comment]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const text = form.querySelector("textarea");
  button.disabled = true;
  text.removeAttribute("aria-invalid");
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-comments]");
    const faulty = page.querySelector("form[data-comment]");
    if (answer.ok && fresh) {
      const texts = unsent(text);
      region().replaceWith(document.adoptNode(fresh));
      restore(texts);
      const count = document.getElementById("comments-title").textContent;
      for (const link of document.querySelectorAll('a[href="#comments"]')) link.textContent = count;
      const written = [...document.querySelectorAll(".comment")].at(-1);
      written?.focus({ preventScroll: true });
      written?.scrollIntoView({ block: "nearest" });
    } else if (faulty) {
      form.querySelectorAll(".message, .field-errors").forEach((old) => old.remove());
      const told = faulty.querySelector(".message");
      const why = faulty.querySelector(".field-errors");
      if (told) form.prepend(document.adoptNode(told));
      if (why) text.parentElement.append(document.adoptNode(why));
      text.setAttribute("aria-invalid", String(Boolean(why)));
      text.focus();
    } else {
      leave(form);
    }
  } catch {
    // Without a connection the browser says so itself.
    leave(form);
  } finally {
    button.disabled = false;
  }
});
