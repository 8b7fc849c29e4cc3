// Comforts of every page. Everything works without them.

const typing = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable || element.matches("input, textarea, select"));

// Search: `/` focuses it; on a narrow screen it opens first.
const search = document.querySelector(".admin-main [data-search]") ?? document.querySelector("[data-search]");

document.addEventListener("keydown", (event) => {
  if (event.code !== "Slash" || event.key === "?" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!search || typing(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!search.checkVisibility?.()) search.form.showPopover?.();
  search.focus();
  search.select();
});

search?.form.addEventListener("toggle", (event) => {
  if (event.newState === "open") search.focus();
});

// Menus: a click outside or Escape closes them.
const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusout", (event) => {
  for (const menu of menus()) {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  }
});

// Theme: changes at once, without loading the page again.
for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    const body = new URLSearchParams(new FormData(form));
    body.set("theme", theme);
    await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
  });
}

// Passwords can be shown.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const words = { password: button.title, text: button.dataset.hide };
  button.hidden = false;
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    button.title = words[field.type];
    button.setAttribute("aria-label", words[field.type]);
  });
  // Leaves no readable password to the browser's form memory.
  field.form.addEventListener("submit", () => (field.type = "password"));
}

// A form is sent once, however often its button is pressed. The mark fades: who stops the loading, or comes
// back, can send it again.
const sent = new WeakMap();
const SENDING = 3000;
for (const form of document.querySelectorAll('form[method="post"]:not([data-upload], [data-theme-switch])')) {
  form.addEventListener("submit", (event) => {
    if (performance.now() - (sent.get(form) ?? -SENDING) < SENDING) event.preventDefault();
    else sent.set(form, performance.now());
  });
}
const forget = () => {
  for (const form of document.forms) sent.delete(form);
};
addEventListener("pageshow", forget);
addEventListener("focus", forget);
document.addEventListener("visibilitychange", forget);

// Covers show how far each video was watched in this browser.
try {
  const kept = JSON.parse(localStorage.getItem("madang.positions") ?? "{}");
  for (const cover of document.querySelectorAll("[data-video]")) {
    const { time, duration } = kept[cover.dataset.video] ?? {};
    if (!(time > 0 && duration > 0)) continue;
    const bar = cover.appendChild(document.createElement("span"));
    bar.className = "watched";
    bar.appendChild(document.createElement("span")).style.width = `${Math.min(100, (100 * time) / duration)}%`;
  }
} catch {
  // Storage is refused: the covers go without.
}

// Messages that an upload's answer carried away from their page.
try {
  const kept = JSON.parse(sessionStorage.getItem("madang.messages") ?? "[]");
  sessionStorage.removeItem("madang.messages");
  const list = document.querySelector(".messages");
  if (list && !list.querySelector(".message")) {
    for (const html of kept) {
      const message = new DOMParser().parseFromString(html, "text/html").querySelector(".message");
      if (message) list.append(document.adoptNode(message));
    }
  }
} catch {
  // Storage is refused: the page goes without them.
}
