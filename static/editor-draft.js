// What is typed into a post's form is kept in this browser until it is saved, and offered again. The
// form is sent without leaving the page, so that nothing is lost when that fails.

const KEEP_AFTER = 500;
const DAYS = 30;

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);

let unsaved = false;
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

const drafts = {
  read(name) {
    try {
      const draft = JSON.parse(localStorage.getItem(name));
      return draft && Date.now() - draft.at < DAYS * 24 * 3600 * 1000 ? draft : null;
    } catch {
      return null;
    }
  },
  write(name, draft) {
    try {
      if (draft) localStorage.setItem(name, JSON.stringify(draft));
      else localStorage.removeItem(name);
      unsaved = false;
    } catch {
      // Storage is refused or full: the browser asks before the page is left.
      unsaved = Boolean(draft);
    }
  },
};

function enhance(form, corrected) {
  const words = form.dataset;
  const name = `madang.draft.${words.draft}`;
  const { title, body, version, is_notice: notice } = form.elements;
  const offer = form.querySelector("[data-draft-offer]");
  const problem = form.querySelector("[data-problem]");
  // What an answer's form came with is not saved either.
  const pristine = corrected ? {} : { title: title.defaultValue, body: body.defaultValue };
  let older = null;
  let timer = 0;
  let sending = false;

  const differs = (draft) =>
    draft.title !== pristine.title || draft.body !== pristine.body || draft.files.length > 0;

  const keep = () => {
    clearTimeout(timer);
    if (sending || !form.isConnected) return;
    const draft = {
      title: title.value,
      body: body.value,
      notice: Boolean(notice?.checked),
      version: version?.value,
      files: form.editorFiles.kept(),
      at: Date.now(),
    };
    // What is still offered is not written over.
    if (older) draft.older = older;
    drafts.write(name, differs(draft) ? draft : older);
  };

  const propose = (draft) => {
    while (draft && !differs(draft)) draft = draft.older;
    older = draft ?? null;
    offer.hidden = !older;
    if (!older) return keep();
    const at = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    offer.querySelector("[data-draft-words]").textContent = fill(words.draftFound, at.format(older.at));
  };

  const restore = async () => {
    const draft = older;
    older = null;
    offer.hidden = true;
    title.value = draft.title;
    body.value = draft.body;
    if (notice) notice.checked = draft.notice;
    // Made from an older version of the post, it must not be saved over a newer one unseen.
    if (version && draft.version) version.value = draft.version;
    body.dispatchEvent(new Event("input", { bubbles: true }));
    body.focus();
    const alive = async (file) => (await fetch(file.url, { method: "HEAD" }).catch(() => null))?.ok;
    const states = await Promise.all(draft.files.map(alive));
    form.editorFiles.restore(draft.files.filter((_, index) => states[index]));
    const gone = states.filter((state) => !state).length;
    if (gone) complain(fill(words.draftFilesGone, gone));
    keep();
  };

  const complain = (sentence, login = false) => {
    problem.querySelector("[data-problem-text]").textContent = sentence;
    problem.querySelector("[data-problem-login]").hidden = !login;
    problem.hidden = !sentence;
    if (sentence) problem.scrollIntoView({ block: "nearest" });
  };

  const correct = (page, answer) => {
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    document.dispatchEvent(new CustomEvent("editor:form", { detail: answer }));
    const faulty = answer.querySelector('[aria-invalid="true"]');
    const first = answer.querySelector(".conflict") ?? faulty ?? answer.querySelector(".summary");
    first?.scrollIntoView({ block: "center" });
    first?.focus({ preventScroll: true });
  };

  const send = async (submitter) => {
    const sent = new FormData(form);
    if (submitter?.name) sent.append(submitter.name, submitter.value);
    const headers = { Accept: "application/json, text/html" };
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent, headers });
    if (new URL(answer.url).pathname === "/login/") return complain(words.signedOut, true);
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json")) {
      const { url } = await answer.json();
      drafts.write(name, older);
      // Back leads past the form, whose text is a post now.
      location.replace(url);
      return true;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const again = page.querySelector("form[data-write]");
    if (again) return correct(page, again);
    complain(page.querySelector("main .notice h1 + p")?.textContent || words.failed);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    if (form.querySelector(".file.waits")) return complain(words.filesWait);
    keep();
    const button = form.querySelector(".write-row .primary");
    const label = button.textContent;
    sending = true;
    complain("");
    button.disabled = true;
    button.textContent = words.sending;
    const gone = await send(event.submitter).catch(() => complain(words.failed));
    if (gone) return;
    sending = false;
    button.disabled = false;
    button.textContent = label;
  });

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
  offer.querySelector("[data-draft-restore]").addEventListener("click", restore);
  offer.querySelector("[data-draft-discard]").addEventListener("click", () => {
    propose(older.older);
    title.focus();
  });
  // An answer's form has everything in it already.
  if (!corrected) propose(drafts.read(name));
}

document.querySelectorAll("form[data-write]").forEach((form) => enhance(form, false));
document.addEventListener("editor:form", (event) => enhance(event.detail, true));
