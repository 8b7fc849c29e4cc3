// The video form: how far the upload is, and nothing typed or chosen is lost when it fails.
// Without this file the form is sent as any other.

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);

const size = (bytes) => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${unit && bytes < 10 ? Number(bytes.toFixed(1)) : Math.round(bytes)} ${units[unit]}`;
};

let leaving = null;
addEventListener("beforeunload", (event) => {
  if (leaving) event.preventDefault();
});

function enhance(form) {
  const words = form.dataset;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const file = form.elements.video_file;
  const problem = part("problem");
  const progress = part("progress");
  const bar = progress.querySelector("progress");
  let submitter = null;

  const complain = (text, { again = false, login = false } = {}) => {
    part("problem-text").textContent = text;
    part("again").hidden = !again;
    part("problem-login").hidden = !login;
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  };

  const fits = () => {
    const chosen = file.files[0];
    const max = Number(words.max);
    const tooLarge = chosen && max > 0 && chosen.size > max;
    file.setAttribute("aria-invalid", String(Boolean(tooLarge)));
    if (tooLarge) complain(fill(words.tooLarge, size(chosen.size), words.maxText));
    else problem.hidden = true;
    return !tooLarge;
  };

  const sending = (on) => {
    progress.hidden = !on;
    for (const button of form.querySelectorAll(".submit-row button")) button.disabled = on;
    for (const set of form.querySelectorAll(".fieldset")) set.inert = on;
    form.querySelector(".submit-row .delete")?.toggleAttribute("inert", on);
  };

  const left = (seconds) => {
    if (seconds < 60) return fill(words.seconds, Math.max(1, Math.round(seconds)));
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return fill(words.minutes, minutes);
    return fill(words.hours, Math.floor(minutes / 60), minutes % 60);
  };

  const answered = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const path = new URL(request.responseURL).pathname;
    if (path.endsWith("/login/")) return complain(words.signedOut, { again: true, login: true });
    if (request.status < 300) {
      // The page was shown to this script; its messages are shown again where the viewer lands.
      try {
        const messages = [...page.querySelectorAll(".messages .message")].map((message) => message.outerHTML);
        sessionStorage.setItem("madang.messages", JSON.stringify(messages));
      } catch {
        // Storage is refused: the page goes without them.
      }
      document.dispatchEvent(new Event("madang:saved"));
      return location.assign(request.responseURL);
    }
    const answer = page.querySelector("form[data-upload]");
    if (answer) return correct(answer, page);
    const sentence = page.querySelector("main .notice h1 + p")?.textContent;
    complain(sentence || words.server, { again: true });
  };

  // The answer's form takes this one's place. What the server has received and kept is not sent
  // again; what it has not stays chosen.
  const correct = (answer, page) => {
    const tokens = { video_file: "upload", thumbnail: "thumbnail_upload" };
    for (const fresh of answer.querySelectorAll('input[type="file"]')) {
      const chosen = form.elements[fresh.name];
      if (!chosen?.files.length || answer.elements[tokens[fresh.name]]) continue;
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (fresh.hasAttribute(name)) chosen.setAttribute(name, fresh.getAttribute(name));
        else chosen.removeAttribute(name);
      }
      fresh.replaceWith(chosen);
    }
    const picture = part("preview");
    if (picture && !picture.hidden) answer.querySelector("[data-preview]")?.replaceWith(picture);
    const frames = part("frames");
    if (frames?.dataset.state) answer.querySelector("[data-frames]")?.replaceWith(frames);
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    enhance(answer);
    const faulty = answer.querySelector('[aria-invalid="true"]');
    const first = answer.querySelector(".conflict") ?? faulty ?? answer.querySelector(".summary");
    first?.scrollIntoView({ block: "center" });
    (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus({ preventScroll: true });
  };

  const send = () => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    let speed = 0;
    let arrived = false;
    let before = { at: performance.now(), loaded: 0 };

    request.upload.addEventListener("progress", (event) => {
      const at = performance.now();
      if (!event.lengthComputable || (at - before.at < 250 && event.loaded < event.total)) return;
      const now = (1000 * (event.loaded - before.loaded)) / Math.max(1, at - before.at);
      speed = speed ? speed * 0.8 + now * 0.2 : now;
      before = { at, loaded: event.loaded };
      bar.value = (100 * event.loaded) / event.total;
      part("percent").textContent = `${Math.floor(bar.value)}%`;
      part("sent-text").textContent =
        `${fill(words.sent, size(event.loaded), size(event.total))} · ${fill(words.speed, size(speed))}`;
      part("left").textContent = speed > 0 ? left((event.total - event.loaded) / speed) : "";
    });
    request.upload.addEventListener("load", () => {
      arrived = true;
      part("cancel").hidden = true;
      part("phase").textContent = words.checking;
      part("percent").textContent = "100%";
      part("left").textContent = "";
      bar.value = 100;
    });

    const end = (then) => () => {
      leaving = null;
      sending(false);
      then();
    };
    request.addEventListener("load", end(() => answered(request)));
    request.addEventListener("error", end(() => complain(arrived ? words.answerLost : words.network, { again: true })));
    request.addEventListener("abort", end(() => complain(words.cancelled, { again: true })));

    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    leaving = request;
    bar.value = 0;
    part("percent").textContent = "0%";
    part("sent-text").textContent = "";
    part("left").textContent = "";
    part("phase").textContent = words.sending;
    part("cancel").hidden = false;
    problem.hidden = true;
    sending(true);
    progress.scrollIntoView({ block: "nearest" });
    request.send(body);
  };

  form.addEventListener("submit", (event) => {
    submitter = event.submitter;
    if (!fits()) {
      event.preventDefault();
      file.focus();
    } else if (file.files.length || form.elements.thumbnail.files.length) {
      event.preventDefault();
      send();
    }
  });
  part("cancel").addEventListener("click", () => leaving?.abort());
  part("again").addEventListener("click", () => form.requestSubmit(submitter));

  file.addEventListener("change", () => {
    const chosen = file.files[0];
    if (!fits() || !chosen || form.elements.title.value.trim()) return;
    // A name from macOS comes with its Hangul taken apart.
    form.elements.title.value = chosen.name.replace(/\.[^.]+$/, "").normalize("NFC").slice(0, 200);
  });
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("dragover", () => input.classList.add("over"));
    for (const name of ["dragleave", "drop"]) input.addEventListener(name, () => input.classList.remove("over"));
  }
}

document.querySelectorAll("form[data-upload]").forEach(enhance);
