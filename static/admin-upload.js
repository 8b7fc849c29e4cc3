// The video form: a chosen file is sent in pieces while the form is filled, and saving waits for it; of
// several files each becomes a video of its own. Nothing typed or sent is lost when something is wrong.
// Without this file the form is sent as any other.

const scripts = document.querySelector("form[data-upload]")?.dataset;
const { Upload, forget, interrupted } = scripts ? await import(scripts.tus) : {};
const { fill, row, size, titled } = scripts ? await import(scripts.row) : {};
const { faults, keepMessages, lead, replace } = scripts ? await import(scripts.answer) : {};
const { sorted } = scripts ? await import(scripts.drop) : {};
const { post, who } = scripts ? await import(scripts.save) : {};

const AT_ONCE = 2;

let rows = [];
let posting = false;
let left = false;
let dropped = () => {};

function enhance(form) {
  const words = form.dataset;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const { video_file: file, thumbnail, title } = form.elements;
  const captions = part("captions");
  const kept = () => part("kept=upload");
  const one = "one" in words;
  const required = file.required || (!one && Boolean(kept()));
  const pages = [];
  let [several, wanted, submitter, landing, proposed, unfinished] = [false, false, null, null, "", []];

  const options = {
    address: words.tusAddress,
    user: words.user,
    who: () => who(form, words.user),
    sentences: { unreadable: words.unreadable, failed: words.server, gone: words.gone, otherUser: words.otherUser },
  };

  const complain = (text, { again = false, login = false } = {}) => {
    part("problem-text").textContent = text;
    part("again").hidden = !again;
    part("problem-login").hidden = !login;
    part("problem").hidden = false;
    if (again) part(login ? "problem-login" : "again").focus({ preventScroll: true });
    part("problem").scrollIntoView({ block: "nearest" });
  };

  // What saving waits for.
  const say = () => {
    const stands = (state) => rows.some(({ upload, saved }) => !saved && upload.state === state);
    const signedOut = stands("signedOut");
    part("waiting-login").hidden = !signedOut;
    const waits = several ? words.savingEach : posting ? words.saving : words.savingWaits;
    const sentence = signedOut ? words.savingSignedOut : stands("paused") ? words.savingPaused : waits;
    part("waiting-text").textContent = wanted ? sentence : "";
  };

  // Whether the form is to be saved as soon as it can be. What has the focus and goes hands it on.
  const want = (on) => {
    const held = document.activeElement;
    wanted = on;
    part("waiting").hidden = !on;
    part("undo").hidden = posting && !several;
    say();
    const buttons = [...form.querySelectorAll(".submit-row button")];
    for (const button of buttons) button.disabled = on;
    if (!held?.closest("[data-problem], .upload-end")) return;
    const pressed = buttons.find((button) => button === submitter && !button.hidden) ?? buttons[0];
    const next = on ? part(part("undo").hidden ? "waiting" : "undo") : pressed;
    if (next !== held && (on || !held.checkVisibility())) next.focus({ preventScroll: true });
  };

  const send = (on) => {
    posting = on;
    want(wanted);
    for (const set of several ? [] : form.querySelectorAll(".fieldset")) set.inert = on;
    form.querySelector(".submit-row .delete")?.toggleAttribute("inert", on);
  };

  // A title that is a file's name goes with its file; what somebody has typed stays.
  const propose = (text) => {
    if (!title.value.trim() || title.value === proposed) title.value = proposed = text;
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
    captions.disabled = captions.hidden = several;
    for (const button of form.querySelectorAll("[name=_continue]")) button.hidden = several;
    const chosen = rows.filter(({ upload }) => upload.file instanceof File);
    file.multiple = !one && (several || !chosen.length);
    file.required = required && !kept() && rows.every(({ upload }) => upload.state === "refused");
    part("each").hidden = !several;
    part("uploads").hidden = !rows.length;
    if (one && kept()) kept().hidden = rows.length > 0;
  };

  const frames = (detail) => form.dispatchEvent(new CustomEvent("madang:video", { bubbles: true, detail }));

  const leave = (address, shown) => {
    left = true;
    keepMessages(shown, (count) => fill(words.allSaved, count));
    document.dispatchEvent(new Event("madang:saved"));
    location.assign(address);
  };

  const discard = (gone) => {
    rows = rows.filter((other) => other !== gone);
    gone.upload.cancel();
    gone.element.remove();
  };

  // The one file of the form is none any more. An empty field takes the same file once more.
  const clear = () => {
    file.value = "";
    propose("");
    frames(null);
  };

  // Of several, one is left: the form is that one's again.
  const alone = ({ upload, title: own }) => {
    several = false;
    proposed = titled(upload.file);
    title.value = own.value;
    if (!(upload.file instanceof File) || upload.state === "refused") return;
    const transfer = new DataTransfer();
    transfer.items.add(upload.file);
    file.files = transfer.files;
    frames(upload.file);
  };

  const cancelled = (gone) => {
    discard(gone);
    if (!several) {
      file.removeAttribute("aria-invalid");
      clear();
    } else if (rows.length === 1 && !pages.length && !posting) alone(rows[0]);
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
    added.element.querySelector("[data-cancel]").addEventListener("click", () => cancelled(added));
    upload.addEventListener("state", () => {
      if (!rows.includes(added)) return;
      const refused = upload.state === "refused";
      if (!several) file.setAttribute("aria-invalid", String(refused));
      if (!several && refused && !upload.again) clear();
      show();
      say();
      next();
      advance();
    });
    added.show();
    const most = Number(words.max);
    const { file: chosen } = upload;
    if (most > 0 && chosen.size > most) upload.refuse(fill(words.tooLarge, size(chosen.size), words.maxText));
  };

  // A file that the server has kept since the form was sent is the first of several.
  const takeKept = () => {
    const box = kept();
    if (one || !box) return [];
    const path = `${words.tusAddress}${box.querySelector("[name=upload]").value}/`;
    const upload = Upload.kept(box.dataset.fileName, Number(box.dataset.size), path, options);
    const unwanted = box.querySelector("[name=upload-clear]").checked;
    box.remove();
    if (unwanted) upload.cancel();
    return unwanted ? [] : [upload];
  };

  const take = (uploads) => {
    const fresh = uploads.filter(({ key }) => rows.every(({ upload }) => upload.key !== key));
    if (!fresh.length) return;
    fresh.unshift(...takeKept());
    unfinished = unfinished.filter(({ key }) => fresh.every((upload) => upload.key !== key));
    offer();
    form.querySelector(".field > #errors_video_file")?.remove();
    file.removeAttribute("aria-invalid");
    const begins = !several && rows.length + fresh.length > 1;
    const typed = title.value.trim() && title.value !== proposed ? title.value : "";
    if (begins) {
      several = true;
      thumbnail.value = "";
      thumbnail.dispatchEvent(new Event("change", { bubbles: true }));
      frames(null);
    }
    if (several) file.value = "";
    else propose(titled(fresh[0].file));
    const first = rows.length;
    const typing = document.activeElement === title;
    fresh.forEach(add);
    // What was typed was for what was there.
    if (begins && typed && (first || !(fresh[0].file instanceof File))) rows[0].title.value = typed;
    show();
    if (several && typing) rows[0].title.focus({ preventScroll: true });
    next();
  };

  const made = (chosen) => new Upload(chosen, options);

  // Chosen anew, the one file takes the other's place; the same one goes on.
  const chosen = () => {
    const uploads = [...file.files].map(made);
    part("problem").hidden = true;
    if (!several) {
      const refused = ({ upload }) => upload.state === "refused" && !upload.again;
      const goes = (old) => refused(old) || uploads.every(({ key }) => key !== old.upload.key);
      rows.filter((old) => old.upload.file instanceof File && goes(old)).forEach(discard);
      for (const { upload } of rows) if (upload.state === "refused") upload.go();
      show();
    }
    if (uploads.length) take(uploads);
    else if (!rows.length) {
      propose("");
      want(false);
    }
  };

  dropped = ({ videos, captions: texts, pictures, others, hadFolder }) => {
    if (posting) return;
    const put = (input, files) => {
      const transfer = new DataTransfer();
      for (const one of files) transfer.items.add(one);
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    part("problem").hidden = true;
    const begun = rows.length;
    if (one && videos.length) put(file, videos.slice(0, 1));
    else if (videos.length === 1 && !several && rows.every(({ upload }) => upload.state === "refused")) put(file, videos);
    else if (videos.length) take(videos.map(made));
    const unused = [...others];
    for (const [input, files] of [[thumbnail, pictures.slice(0, 1)], [captions.querySelector("[type=file]"), texts]]) {
      if (several) unused.push(...files);
      else if (files.length) put(input, files);
    }
    if (one && videos.length > 1) complain(words.onlyOne);
    else if (unused.length) complain(fill(words.notVideos, unused.map(({ name }) => name).join(", ")));
    else if (hadFolder && !videos.length) complain(words.emptyFolder);
    else if (rows.length > begun) rows.at(-1).element.scrollIntoView({ block: "nearest" });
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
      const sending = post(form, { submitter, path: ready?.upload.path, title: several ? ready.title.value : undefined });
      send(true);
      const answer = await sending;
      send(false);
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
    for (const one of rows.filter(({ fault }) => fault)) {
      one.fault = "";
      one.show();
    }
    want(true);
    part("problem").hidden = true;
    for (const { upload } of rows) if (["paused", "signedOut", "elsewhere"].includes(upload.state)) upload.go();
    advance();
  });

  const offer = () => {
    part("interrupted").hidden = !unfinished.length;
    const names = unfinished.map(({ name }) => name).join(", ");
    part("interrupted-text").textContent = names && `${words.interrupted} (${names})`;
  };

  part("again").addEventListener("click", () => form.requestSubmit(submitter));
  part("undo").addEventListener("click", () => want(false));
  part("forget").addEventListener("click", () => {
    unfinished.splice(0).forEach(forget);
    offer();
    file.focus();
  });
  file.addEventListener("change", chosen);
  show();
  if (file.files.length) chosen();
  interrupted(words.user).then((found) => {
    unfinished = found.filter(({ key }) => rows.every(({ upload }) => upload.key !== key));
    offer();
    part("drop-help").hidden = false;
  });
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
addEventListener("drop", async (event) => {
  over(event, false);
  if (event.dataTransfer?.types.includes("Files")) dropped(await sorted(event.dataTransfer));
});

document.querySelectorAll("form[data-upload]").forEach(enhance);
