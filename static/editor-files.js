// A post's files: each is uploaded as soon as it is chosen, pasted or dropped, and a picture's place
// in the text is held meanwhile. Without this file they are sent with the form.

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);
const escaped = (name) => name.replace(/[[\]\\]/g, "\\$&");
const picture = (name, url) => `![${escaped(name)}](${url})`;
let held = 0;

function enhance(form) {
  const box = form.querySelector("[data-files]");
  const words = box.dataset;
  const list = box.querySelector("[data-list]");
  const blank = box.querySelector("[data-blank]").content.querySelector("[data-file]");
  const problems = box.querySelector("[data-file-problems]");
  const said = box.querySelector("[data-said]");
  const input = form.elements.files;

  const complain = (sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    problems.append(item);
    problems.scrollIntoView({ block: "nearest" });
  };
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  const staying = () => [...list.children].filter((row) => !row.querySelector(":checked")).length;

  const dress = (row) => {
    const link = row.querySelector("[data-name]");
    const name = link.textContent;
    const url = link.getAttribute("href");
    const insert = row.querySelector("[data-insert]");
    insert.hidden = insert.disabled;
    insert.setAttribute("aria-label", fill(words.insertNamed, name));
    insert.addEventListener("click", () => form.editorText.put(picture(name, url)));
    const leave = () => {
      if (url) form.editorText.without(new RegExp(`!\\[(?:[^\\]\\\\]|\\\\.)*\\]\\(${url.replace(/[.]/g, "\\.")}\\)\\n?`));
    };
    const goes = row.querySelector('[name="remove"]');
    goes?.addEventListener("change", () => goes.checked && leave());
    const remove = row.querySelector("[data-throw]");
    if (!remove) return;
    const label = fill(words.removeNamed, name);
    remove.hidden = false;
    remove.title = label;
    remove.setAttribute("aria-label", label);
    row.querySelector(".file-choice").hidden = true;
    remove.addEventListener("click", () => {
      const token = row.querySelector('[name="kept"]').value;
      if (token) fetch("/board/files/delete/", { method: "POST", body: new URLSearchParams({ token }), keepalive: true });
      leave();
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("[data-throw]:not([hidden])") ?? input).focus();
      changed();
    });
  };

  const filled = ({ token, url, name, size, picture: isPicture }) => {
    const row = blank.cloneNode(true);
    const link = row.querySelector("[data-name]");
    link.textContent = name;
    link.href = url;
    row.querySelector("[data-size]").textContent = size;
    row.querySelector('[name="kept"]').value = token;
    row.querySelector('[name="kept-clear"]').remove();
    row.querySelector("[data-insert]").disabled = !isPicture;
    if (isPicture) {
      const image = document.createElement("img");
      Object.assign(image, { src: url, width: 64, height: 64, alt: "" });
      row.querySelector(".file-picture").replaceChildren(image);
    }
    dress(row);
    return row;
  };

  const waiting = (name) => {
    const row = blank.cloneNode(true);
    row.classList.add("waits");
    const link = row.querySelector("[data-name]");
    link.textContent = name;
    link.removeAttribute("href");
    for (const part of row.querySelectorAll("input, [data-insert], [data-throw], .file-choice")) part.remove();
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", fill(words.uploading, name));
    row.append(bar);
    list.append(row);
    return row;
  };

  const send = (file, place) => {
    const name = file.name.normalize("NFC");
    const row = waiting(name);
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, name);
    const failed = (sentence) => {
      row.remove();
      if (place) form.editorText.swap(place, "");
      complain(sentence);
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("error", () => failed(fill(words.failed, name)));
    request.addEventListener("abort", () => failed(fill(words.failed, name)));
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // An error page, which is for people who see it.
      }
      if (request.status !== 201) {
        const sentence = request.status === 403 ? words.signedOut : fill(words.failed, name);
        return failed(answer.error ?? sentence);
      }
      row.replaceWith(filled(answer));
      if (place) form.editorText.swap(place, answer.picture ? picture(answer.name, answer.url) : "");
      said.textContent = fill(words.uploaded, answer.name);
      changed();
    });
    request.open("POST", "/board/files/");
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  };

  const take = (files, inText) => {
    problems.replaceChildren();
    const leftOut = [];
    for (const file of files) {
      if (staying() >= Number(words.most)) leftOut.push(file.name);
      else if (file.size > Number(words.largest)) complain(fill(words.tooLarge, file.name, words.largestText));
      else if (!file.size) complain(fill(words.empty, file.name));
      else {
        const place = inText && file.type.startsWith("image/") ? `![${fill(words.uploading, escaped(file.name))} ${++held}]()` : "";
        if (place) form.editorText.put(place);
        send(file, place);
      }
    }
    if (leftOut.length) complain(fill(words.leftOut, words.most, leftOut.join(", ")));
  };

  for (const row of list.children) dress(row);
  form.addEventListener("editor:files", (event) => take(event.detail.files, event.detail.inText));
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    take(files, false);
  });
  input.addEventListener("dragover", () => input.classList.add("over"));
  for (const name of ["dragleave", "drop"]) input.addEventListener(name, () => input.classList.remove("over"));

  // For the draft: the files that are kept, and rows for those of a draft.
  form.editorFiles = {
    kept: () =>
      [...list.querySelectorAll('[name="kept"]')].map((token) => {
        const row = token.closest("[data-file]");
        const link = row.querySelector("[data-name]");
        return {
          token: token.value,
          url: link.getAttribute("href"),
          name: link.textContent,
          size: row.querySelector("[data-size]").textContent,
          picture: !row.querySelector("[data-insert]").disabled,
        };
      }),
    restore: (files) => {
      const known = new Set(form.editorFiles.kept().map((file) => file.token));
      list.append(...files.filter((file) => !known.has(file.token)).map(filled));
    },
  };
}

document.querySelectorAll("form[data-write]").forEach(enhance);
document.addEventListener("editor:form", (event) => enhance(event.detail));
