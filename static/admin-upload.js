// The video form: a chosen file is sent in pieces while the form is filled, and saving waits for it; of
// several files each becomes a video of its own. Nothing typed or sent is lost when something is wrong.
// Without this file the form is sent as any other.

const scripts = document.querySelector("form[data-upload]")?.dataset;
const { Upload, interrupted } = scripts ? await import(scripts.tus) : {};
const { fill, row, size, titled } = scripts ? await import(scripts.row) : {};
const { faults, keepMessages, lead, replace } = scripts ? await import(scripts.answer) : {};

const AT_ONCE = 2;

let rows = [];
let posting = false;
let left = false;
let dropped = () => {};

function enhance(form) {
  const words = form.dataset;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const { video_file: file, thumbnail, title } = form.elements;
  const required = file.required;
  const one = "one" in words;
  const pages = [];
  let [several, wanted, submitter, landing] = [false, false, null, null];

  const complain = (text, { again = false, login = false } = {}) => {
    part("problem-text").textContent = text;
    part("again").hidden = !again;
    part("problem-login").hidden = !login;
    part("problem").hidden = false;
    part("problem").scrollIntoView({ block: "nearest" });
  };

  // Whether the form is to be saved as soon as it can be.
  const want = (on) => {
    wanted = on;
    if (on && part("waiting").hidden) requestAnimationFrame(() => part("waiting").scrollIntoView({ block: "nearest" }));
    part("waiting").hidden = !on;
    part("undo").hidden = posting && !several;
    const sentence = several ? words.savingEach : posting ? words.saving : words.savingWaits;
    part("waiting-text").textContent = on ? sentence : "";
    for (const button of form.querySelectorAll(".submit-row button")) button.disabled = on;
  };

  const send = (on) => {
    posting = on;
    want(wanted);
    for (const set of several ? [] : form.querySelectorAll(".fieldset")) set.inert = on;
    form.querySelector(".submit-row .delete")?.toggleAttribute("inert", on);
  };

  // One that stands still makes room.
  const next = () => {
    const runs = ({ upload }) => ["sending", "checking", "lost"].includes(upload.state);
    let running = rows.filter(runs).length;
    for (const { upload } of rows) {
      if (upload.state === "waiting" && running++ < AT_ONCE) upload.go();
    }
  };

  const show = () => {
    if (!rows.length) several = false;
    for (const one of rows) one.alone(!several);
    for (const input of [title, thumbnail]) {
      input.disabled = several;
      input.closest(".field").hidden = several;
    }
    for (const button of form.querySelectorAll("[name=_continue]")) button.hidden = several;
    file.multiple = !one && (several || !rows.length);
    file.required = required && !several;
    part("uploads").hidden = !rows.length;
  };

  const noFrames = () => form.dispatchEvent(new CustomEvent("madang:video", { bubbles: true, detail: null }));

  const leave = (address, shown) => {
    left = true;
    keepMessages(shown);
    document.dispatchEvent(new Event("madang:saved"));
    location.assign(address);
  };

  const remove = (gone) => {
    rows = rows.filter((other) => other !== gone);
    gone.element.remove();
    if (!several) {
      file.value = "";
      file.removeAttribute("aria-invalid");
      noFrames();
    }
    show();
    if (!rows.length) want(false);
    else if (rows.every(({ saved }) => saved)) return leave(landing, pages);
    file.focus();
    next();
    advance();
  };

  const add = (upload) => {
    const added = row(part("row-blank"), upload, words);
    rows.push(added);
    part("list").append(added.element);
    added.element.querySelector("[data-cancel]").addEventListener("click", () => {
      upload.cancel();
      remove(added);
    });
    upload.addEventListener("state", () => {
      if (!rows.includes(added)) return;
      if (!several) file.setAttribute("aria-invalid", String(upload.state === "refused"));
      next();
      advance();
    });
    added.show();
    const most = Number(words.max);
    const { file: chosen } = upload;
    if (most > 0 && chosen.size > most) upload.refuse(fill(words.tooLarge, size(chosen.size), words.maxText));
  };

  const take = (files) => {
    const { tusAddress: address, user, unreadable, server: failed } = words;
    const uploads = files.map((chosen) => new Upload(chosen, { address, user, unreadable, failed }));
    const fresh = uploads.filter(({ key }) => rows.every(({ upload }) => upload.key !== key));
    if (!fresh.length) return;
    part("interrupted").hidden = true;
    form.querySelector(".field > #errors_video_file")?.remove();
    file.removeAttribute("aria-invalid");
    if (!several && rows.length + fresh.length > 1) {
      several = true;
      if (rows.length && title.value.trim()) rows[0].title.value = title.value;
      thumbnail.value = "";
      thumbnail.dispatchEvent(new Event("change", { bubbles: true }));
      noFrames();
    }
    if (several) file.value = "";
    else if (!title.value.trim()) title.value = titled(fresh[0].file);
    fresh.forEach(add);
    show();
    next();
  };

  // Chosen anew, the one file takes the other's place; how far that came is remembered.
  const chosen = () => {
    const files = [...file.files];
    part("problem").hidden = true;
    if (!several) {
      for (const { upload, element } of rows.splice(0)) {
        upload.pause();
        element.remove();
      }
      show();
    }
    if (files.length) take(files);
    else want(false);
  };

  dropped = (files, target) => {
    if (posting) return;
    const put = (input) => {
      const transfer = new DataTransfer();
      transfer.items.add(files[0]);
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const pictures = target === thumbnail || files.every(({ type }) => type.startsWith("image/"));
    if (!several && pictures) put(thumbnail);
    else if (one || (files.length === 1 && !rows.length)) put(file);
    else take(files);
    if (one && files.length > 1) complain(words.onlyOne);
  };

  // Sends the form, with an upload in its file's place.
  const post = async (sent) => {
    const body = new FormData(form);
    body.delete("video_file");
    if (submitter?.name && !submitter.hidden) body.append(submitter.name, submitter.value);
    if (sent) {
      body.set("upload", sent.upload.path);
      body.delete("upload-clear");
    }
    if (several) body.set("title", sent.title.value);
    send(true);
    try {
      const headers = { Accept: "text/html", "X-Requested-With": "XMLHttpRequest" };
      const response = await fetch(form.action, { method: "POST", body, headers });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return { response, page };
    } catch {
      return {};
    } finally {
      send(false);
    }
  };

  // Whether it is saved. Else it is said, and one form waits for the next press.
  const settled = ({ response, page }, sent) => {
    const signedOut = response && new URL(response.url).pathname.endsWith("/login/");
    if (response?.ok && !signedOut) {
      sent?.upload.forget();
      return true;
    }
    const answer = response && page.querySelector("form[data-upload]");
    if (answer && several) {
      sent.fault = faults(answer) || words.server;
      sent.show();
      return false;
    }
    want(false);
    if (answer) {
      rows = [];
      replace(form, answer, page);
      enhance(answer);
      lead(answer);
    } else if (signedOut) complain(words.signedOut, { again: true, login: true });
    else if (!response) complain(words.answerLost, { again: true });
    else complain(page.querySelector("main .notice h1 + p")?.textContent || words.server, { again: true });
    return false;
  };

  const advance = async () => {
    if (!wanted || posting || left) return;
    const ready = rows.find(({ upload, saved, fault }) => upload.state === "done" && !saved && !fault);
    if (ready || !rows.length) {
      const answer = await post(ready);
      const saved = settled(answer, ready);
      if (saved && !several) return leave(answer.response.url, [answer.page]);
      if (saved) {
        pages.push(answer.page);
        landing = answer.response.url;
        ready.saved = true;
        ready.show();
      }
      advance();
    } else if (rows.every(({ saved }) => saved)) {
      leave(landing, pages);
    } else if (!rows.some(({ upload }) => upload.isOnItsWay)) {
      want(false);
      (several ? rows.find(({ saved }) => !saved).title : file).focus();
    }
  };

  form.addEventListener("submit", (event) => {
    submitter = event.submitter;
    if (!rows.length && !thumbnail.files.length) return;
    event.preventDefault();
    if (wanted) return;
    part("problem").hidden = true;
    for (const one of rows.filter(({ fault }) => fault)) {
      one.fault = "";
      one.show();
    }
    want(true);
    advance();
  });
  part("again").addEventListener("click", () => form.requestSubmit(submitter));
  part("undo").addEventListener("click", () => want(false));
  file.addEventListener("change", chosen);
  part("drop-help").hidden = false;
  const names = interrupted(words.user);
  if (names.length) {
    part("interrupted").hidden = false;
    part("interrupted-text").textContent = `${words.interrupted} (${names.join(", ")})`;
  }
  show();
  if (file.files.length) chosen();
}

addEventListener("beforeunload", (event) => {
  if (posting || rows.some(({ upload }) => upload.isOnItsWay)) event.preventDefault();
});
// The form of a video that is saved has nothing to show when one comes back to it.
addEventListener("pageshow", (event) => {
  if (event.persisted && left) location.reload();
});
// Who logs in again in another tab comes back to this one.
addEventListener("focus", () => {
  for (const { upload } of rows) if (upload.state === "signedOut") upload.go();
});

const over = (event, is) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  document.querySelector("form[data-upload]")?.classList.toggle("over", is);
};
addEventListener("dragover", (event) => over(event, true));
addEventListener("dragleave", (event) => event.relatedTarget ?? over(event, false));
addEventListener("drop", (event) => {
  over(event, false);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length) dropped(files, event.target);
});

document.querySelectorAll("form[data-upload]").forEach(enhance);
