// What the video form shows of one upload: its name, how far it is, what happens to it, and its buttons.

export const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);

export const size = (bytes) => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${unit && bytes < 10 ? Number(bytes.toFixed(1)) : Math.round(bytes)} ${units[unit]}`;
};

// A name from macOS comes with its Hangul taken apart.
export const titled = (file) => file.name.replace(/\.[^.]+$/, "").normalize("NFC").slice(0, 200);

const left = (seconds, words) => {
  if (seconds < 60) return fill(words.seconds, Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return fill(words.minutes, minutes);
  return fill(words.hours, Math.floor(minutes / 60), minutes % 60);
};

let count = 0;

// `blank` is the row's template, `words` the form's sentences.
export function row(blank, upload, words) {
  const element = blank.content.cloneNode(true).firstElementChild;
  const part = (name) => element.querySelector(`[data-${name}]`);
  const [bar, title, fault] = [element.querySelector("progress"), part("title"), part("fault")];
  const total = upload.file.size;
  let [before, speed] = [null, 0];

  const id = `upload_${++count}`;
  title.id = id;
  title.setAttribute("aria-describedby", `errors_${id}`);
  fault.parentElement.id = `errors_${id}`;
  element.querySelector("label").htmlFor = id;
  title.value = titled(upload.file);
  part("name").textContent = upload.file.name.normalize("NFC");
  bar.setAttribute("aria-label", upload.file.name);
  for (const button of element.querySelectorAll("button")) {
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${upload.file.name}`);
  }

  const measure = () => {
    const at = performance.now();
    if (before && at - before.at < 250 && upload.sent < total) return;
    if (before && upload.sent > before.sent) {
      const now = (1000 * (upload.sent - before.sent)) / (at - before.at);
      speed = speed ? speed * 0.8 + now * 0.2 : now;
    }
    before = { at, sent: upload.sent };
    bar.value = total ? (100 * upload.sent) / total : 0;
    part("percent").textContent = `${Math.floor(bar.value)}%`;
    const sent = fill(words.sent, size(upload.sent), size(total));
    const runs = upload.state === "sending" && speed > 0;
    part("sent-text").textContent = runs ? `${sent} · ${fill(words.speed, size(speed))}` : sent;
    part("left").textContent = runs ? left((total - upload.sent) / speed, words) : "";
  };

  const self = {
    upload,
    element,
    title,
    saved: false,
    fault: "",

    show() {
      const { state } = upload;
      [before, speed] = [null, 0];
      measure();
      element.dataset.state = self.saved ? "saved" : state;
      const name = self.saved ? "saved" : state;
      part("phase").textContent = words[`state${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
      fault.textContent = self.fault || upload.fault;
      fault.parentElement.hidden = self.saved || !(self.fault || (state === "refused" && upload.fault));
      title.setAttribute("aria-invalid", String(!fault.parentElement.hidden));
      title.readOnly = self.saved;
      const may = {
        pause: ["waiting", "sending", "lost"].includes(state),
        go: ["paused", "signedOut", "lost", "elsewhere"].includes(state) || (state === "refused" && upload.again),
        cancel: !self.saved,
        login: state === "signedOut",
      };
      const held = document.activeElement;
      const go = upload.anew ? words.anew : words.go;
      part("go").textContent = go;
      part("go").setAttribute("aria-label", `${go}: ${upload.file.name}`);
      for (const [name, so] of Object.entries(may)) part(name).hidden = !so;
      // The button that was pressed has gone: the one in its place goes on having the focus.
      const instead = ["go", "pause", "cancel"].find((name) => may[name]);
      if (element.contains(held) && instead && !held.checkVisibility()) part(instead).focus();
    },

    // One of several has a title of its own.
    alone(is) {
      part("titled").hidden = title.disabled = is;
      fault.parentElement.id = is ? "errors_video_file" : `errors_${id}`;
    },
  };

  upload.addEventListener("progress", measure);
  upload.addEventListener("state", () => self.show());
  part("pause").addEventListener("click", () => upload.pause());
  part("go").addEventListener("click", () => upload.go());
  title.addEventListener("input", () => {
    self.fault = "";
    self.show();
  });
  return self;
}
