// The text of a post: tools, a live preview by the server's own renderer, files by paste and drop.
// Without this file the text is typed, and a button shows the preview.

const PREVIEW_AFTER = 500;
const NEAR_LIMIT = 0.8;

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);
const wide = matchMedia("(min-width: 1000px)");

function enhance(form) {
  const editor = form.querySelector("[data-editor]");
  const text = form.elements.body;
  const words = editor.dataset;
  let composing = false;
  let afterComposing = [];

  editor.classList.add("rich");
  editor.dataset.tab = "write";
  editor.querySelector("[data-bar]").hidden = false;
  form.querySelector("[data-plain-preview]").hidden = true;
  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-rich]").hidden = false;

  text.addEventListener("compositionstart", () => (composing = true));
  text.addEventListener("compositionend", () => {
    composing = false;
    for (const work of afterComposing.splice(0)) work();
  });

  // Puts a text in place of a part of it and selects within what was put.
  const put = (start, end, value, from = value.length, to = from) => {
    text.focus();
    text.setSelectionRange(start, end);
    // Deprecated, and still the only way that the browser's own undo knows of.
    const done = value && document.execCommand("insertText", false, value);
    if (!done) {
      text.setRangeText(value, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    text.setSelectionRange(start + from, start + to);
  };

  const wrap = (mark) => {
    let { selectionStart: start, selectionEnd: end, value } = text;
    while (start < end && /\s/.test(value[start])) start++;
    while (end > start && /\s/.test(value[end - 1])) end--;
    const inner = value.slice(start, end);
    const size = mark.length;
    if (value.slice(start - size, start) === mark && value.slice(end, end + size) === mark && inner) {
      put(start - size, end + size, inner, 0, inner.length);
    } else {
      const words_ = inner || words.sample;
      put(start, end, mark + words_ + mark, size, size + words_.length);
    }
  };

  const prefix = (make, known) => {
    const { value } = text;
    const start = value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const found = value.indexOf("\n", text.selectionEnd);
    const end = found < 0 ? value.length : found;
    const lines = value.slice(start, end).split("\n");
    const all = lines.every((line) => known.test(line));
    const changed = lines.map((line, index) => (all ? line.replace(known, "") : make(index) + line)).join("\n");
    put(start, end, changed, lines.length > 1 ? 0 : changed.length, changed.length);
  };

  const tools = {
    bold: () => wrap("**"),
    italic: () => wrap("*"),
    heading: () => prefix(() => "## ", /^#{1,6} /),
    quote: () => prefix(() => "> ", /^> ?/),
    list: () => prefix(() => "- ", /^[-*+] /),
    numbers: () => prefix((index) => `${index + 1}. `, /^\d+[.)] /),
    code: () => {
      const { selectionStart: start, selectionEnd: end, value } = text;
      const inner = value.slice(start, end);
      if (!inner.includes("\n")) return wrap("`");
      const before = start && value[start - 1] !== "\n" ? "\n" : "";
      put(start, end, `${before}\`\`\`\n${inner.replace(/\n$/, "")}\n\`\`\`\n`);
    },
    link: () => {
      const { selectionStart: start, selectionEnd: end, value } = text;
      const inner = value.slice(start, end);
      const isAddress = /^(https?:\/\/|\/)\S+$/.test(inner);
      const name = isAddress || !inner ? words.sample : inner;
      const address = isAddress ? inner : "https://";
      const at = isAddress ? 1 : name.length + 3;
      put(start, end, `[${name}](${address})`, at, at + (isAddress ? name.length : address.length));
    },
    picture: () => {
      const chooser = document.createElement("input");
      chooser.type = "file";
      chooser.accept = "image/jpeg,image/png,image/gif,image/webp";
      chooser.multiple = true;
      chooser.addEventListener("change", () => give(chooser.files, true));
      chooser.click();
    },
  };
  for (const button of editor.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      show("write");
      tools[button.dataset.tool]();
    });
  }
  const keys = { KeyB: "bold", KeyI: "italic", KeyK: "link" };
  text.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
    const tool = tools[keys[event.code]];
    if (!tool) return;
    event.preventDefault();
    tool();
  });

  // For whoever uploads files: a text at the cursor, as a paragraph, and another in its place.
  form.editorText = {
    put(value) {
      const { selectionStart: start, selectionEnd: end } = text;
      const [before] = text.value.slice(0, start).match(/\n*$/);
      const gap = before.length < start ? "\n".repeat(Math.max(0, 2 - before.length)) : "";
      put(start, end, gap + value + (text.value[end] === "\n" ? "" : "\n"));
    },
    swap(from, to) {
      if (composing) return void afterComposing.push(() => this.swap(from, to));
      const at = text.value.indexOf(from);
      if (at < 0) return;
      text.setRangeText(to, at, at + from.length, "preserve");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    },
    without(pattern) {
      const found = text.value.match(pattern);
      if (found) this.swap(found[0], "");
    },
  };

  const give = (files, inText) =>
    form.dispatchEvent(new CustomEvent("editor:files", { detail: { files: [...files], inText } }));
  text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    // A spreadsheet gives its cells as a picture too: the words are meant.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    give(files, true);
  });
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  editor.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    editor.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) editor.addEventListener(name, () => editor.classList.remove("over"));
  editor.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    give(event.dataTransfer.files, true);
  });
  // Beside the editor a dropped file would take the page's place.
  form.addEventListener("dragover", (event) => {
    if (carries(event) && event.target.type !== "file") event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    if (!carries(event) || event.target.type === "file") return;
    event.preventDefault();
    give(event.dataTransfer.files, false);
  });

  // Preview

  const preview = editor.querySelector("[data-preview]");
  const shown = editor.querySelector("[data-preview-text]");
  const problem = editor.querySelector("[data-preview-problem]");
  preview.hidden = false;
  let timer = 0;
  let asked = null;
  let previewed = null;

  const visible = () => wide.matches || editor.dataset.tab === "preview";

  const say = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = !sentence;
  };

  const draw = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const old = new Map([...shown.querySelectorAll("img")].map((img) => [img.getAttribute("src"), img]));
    for (const link of page.querySelectorAll("a")) {
      link.target = "_blank";
      link.rel = "noopener";
    }
    const drawn = [...page.body.childNodes].map((node) => document.adoptNode(node));
    const holder = document.createElement("div");
    holder.append(...drawn);
    // Pictures that are there already are not loaded again.
    for (const img of holder.querySelectorAll("img")) {
      const known = old.get(img.getAttribute("src"));
      if (known && !holder.contains(known)) img.replaceWith(known);
    }
    shown.replaceChildren(...holder.childNodes);
  };

  const refresh = async () => {
    clearTimeout(timer);
    const body = text.value;
    if (!visible() || body === previewed) return;
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    if (!body.trim()) {
      previewed = body;
      shown.replaceChildren();
      return say("");
    }
    preview.classList.add("waits");
    try {
      const answer = await fetch("/board/preview/", { method: "POST", body: new URLSearchParams({ body }), signal });
      if (answer.status === 429) {
        say(words.previewPaused);
        timer = setTimeout(refresh, 1000 * Number(answer.headers.get("Retry-After") ?? 10));
      } else if (answer.ok) {
        const html = await answer.text();
        previewed = body;
        draw(html);
        say("");
      } else {
        say(words.previewFailed);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      say(words.previewFailed);
    }
    preview.classList.remove("waits");
  };

  const show = (tab) => {
    editor.dataset.tab = tab;
    for (const button of editor.querySelectorAll("[data-tab]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    }
    for (const button of editor.querySelectorAll("[data-tool]")) button.disabled = tab === "preview" && !wide.matches;
    refresh();
  };
  for (const button of editor.querySelectorAll("[data-tab]")) {
    button.addEventListener("click", () => show(button.dataset.tab));
  }
  wide.addEventListener("change", () => show(editor.dataset.tab));

  const count = form.querySelector("[data-count]");
  const most = Number(count.dataset.most);
  const measure = () => {
    // A letter is one, also where it takes two units.
    const length = text.value.length < most * NEAR_LIMIT ? 0 : [...text.value.trim()].length;
    count.hidden = length < most * NEAR_LIMIT;
    count.classList.toggle("over", length > most);
    const number = (value) => value.toLocaleString(document.documentElement.lang);
    count.textContent = fill(count.dataset.count, number(length), number(most));
  };

  text.addEventListener("input", () => {
    measure();
    clearTimeout(timer);
    timer = setTimeout(refresh, PREVIEW_AFTER);
  });
  text.addEventListener("scroll", () => {
    const room = text.scrollHeight - text.clientHeight;
    if (wide.matches && room > 0) {
      preview.scrollTop = (text.scrollTop / room) * (preview.scrollHeight - preview.clientHeight);
    }
  });
  measure();
  refresh();
}

document.querySelectorAll("form[data-write]").forEach(enhance);
document.addEventListener("editor:form", (event) => enhance(event.detail));
