// A video's form: the thumbnail chosen from frames of the video itself, ten at equal distances or the
// one the player shows. What is chosen stands in the picture field as if it came from a file. Listens
// on the document, since an answer with something wrong puts another form in place.
//
// A video comes by the field video_file; a script that takes one another way says so with
// form.dispatchEvent(new CustomEvent("madang:video", { bubbles: true, detail: file })), null for none.

const COUNT = 10;
const WIDE = 1280;
const NARROW = 320;
const PATIENCE = 60_000;
const WHILE = 10_000;

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);

const clock = (seconds, tenths) => {
  const whole = Math.floor(seconds);
  const rest = tenths ? `.${Math.floor(seconds * 10) % 10}` : "";
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : minutes) + `:${two(whole % 60)}${rest}`;
};

const happens = (video, name) =>
  new Promise((resolve, reject) => {
    const end = new AbortController();
    const timer = setTimeout(() => settle(reject), PATIENCE);
    const settle = (how) => {
      clearTimeout(timer);
      end.abort();
      how();
    };
    video.addEventListener(name, () => settle(resolve), { signal: end.signal });
    video.addEventListener("error", () => settle(reject), { signal: end.signal });
  });

// That a seek is over does not mean that its frame is what would be drawn. A page in the background is
// painted when somebody looks at it again; a browser that never tells is believed after a while.
const painted = (video) =>
  new Promise((resolve) => {
    if (!video.requestVideoFrameCallback) return resolve();
    const tired = () => (document.hidden ? (timer = setTimeout(tired, WHILE)) : resolve());
    let timer = setTimeout(tired, WHILE);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });

const seek = (video, seconds) => {
  const there = Promise.all([happens(video, "seeked"), painted(video)]);
  video.currentTime = seconds;
  return there;
};

const drawn = (source, width, height) => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
};

const jpeg = (canvas) =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject()), "image/jpeg", 0.9);
  });

// Both sizes as files, not as pixels: ten of them stay.
const picture = async (video) => {
  const width = Math.min(WIDE, video.videoWidth);
  const height = Math.max(1, Math.round((width * video.videoHeight) / video.videoWidth));
  const large = drawn(video, width, height);
  const narrow = Math.min(NARROW, width);
  const small = drawn(large, narrow, Math.max(1, Math.round((narrow * height) / width)));
  return { large: await jpeg(large), small: await jpeg(small) };
};

function frames(box) {
  const words = box.dataset;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const [choice, strip, player, status] = ["choice", "strip", "player", "status"].map(part);
  const none = strip.querySelector("input");
  const video = player.querySelector("video");
  const field = () => box.closest("form").elements.thumbnail;
  // Frames of a film of a few seconds are less than a second apart.
  const short = () => video.duration < COUNT;
  const chosen = new WeakMap();
  let [turn, address, stem, own, ours, putting] = [0, "", "", null, false, false];

  const put = (file) => {
    const files = new DataTransfer();
    if (file) files.items.add(file);
    ours = Boolean(file);
    putting = true;
    field().files = files.files;
    field().dispatchEvent(new Event("change", { bubbles: true }));
    putting = false;
  };

  // One that was received before is not to be used.
  const giveUp = () => {
    const kept = box.closest("form").elements["thumbnail_upload-clear"];
    if (kept) kept.checked = true;
  };

  // Where a frame will be.
  const reserve = () => {
    const row = part("blank").content.cloneNode(true).firstElementChild;
    strip.append(row);
    return row;
  };

  const label = (row, seconds, sentence) => {
    row.querySelector("span").textContent = fill(sentence, clock(seconds, short()));
  };

  const enter = (row, { large, small }, seconds) => {
    const radio = row.querySelector("input");
    row.querySelector("img").src = URL.createObjectURL(small);
    const time = short() ? Math.floor(seconds * 10) / 10 : Math.floor(seconds);
    chosen.set(radio, new File([large], `${stem}-${time}s.jpg`, { type: "image/jpeg" }));
    radio.disabled = false;
    return radio;
  };

  const drop = (row) => {
    URL.revokeObjectURL(row.querySelector("img").src);
    row.remove();
  };

  const close = () => {
    turn++;
    // What was received before is a frame of the video that goes, unless another has been chosen since.
    const sent = ours && !field().files.length;
    if (ours) put(null);
    if (sent) giveUp();
    for (const row of strip.querySelectorAll(".frame:has(img)")) drop(row);
    own = null;
    none.checked = true;
    if (video.hasAttribute("src")) {
      video.removeAttribute("src");
      video.load();
    }
    URL.revokeObjectURL(address);
    status.textContent = "";
    choice.hidden = player.hidden = true;
    delete words.state;
  };

  const open = async (source, name) => {
    close();
    const mine = turn;
    stem = name.replace(/\.[^.]*$/, "").normalize("NFC").slice(0, 100);
    status.textContent = words.reading;
    words.state = "reading";
    // Room for all of them at once: what stands below moves once only.
    const rows = Array.from({ length: COUNT }, reserve);
    choice.hidden = player.hidden = false;
    player.inert = true;
    try {
      address = source instanceof Blob ? URL.createObjectURL(source) : "";
      const first = painted(video);
      video.src = address || source;
      await happens(video, "loadedmetadata");
      if (!video.videoWidth) throw new Error("no picture");
      await first;
      // A recording tells how long it is only at its end.
      if (video.duration === Infinity) await seek(video, Number.MAX_SAFE_INTEGER);
      if (mine !== turn) return;
      const time = (place) => (video.duration * (place + 0.5)) / COUNT;
      rows.forEach((row, place) => label(row, time(place), words.at));
      for (const [place, row] of rows.entries()) {
        const seconds = time(place);
        await seek(video, seconds);
        if (mine !== turn) return;
        const both = await picture(video);
        if (mine !== turn) return;
        enter(row, both, seconds);
      }
    } catch {
      // What could be read is offered.
    }
    if (mine !== turn) return;
    for (const row of strip.querySelectorAll(".frame:has(:disabled)")) drop(row);
    const count = strip.querySelectorAll("img").length;
    choice.hidden = player.hidden = count === 0;
    player.inert = false;
    status.textContent = count ? fill(words.found, count) : words.undecodable;
    words.state = count ? "ready" : "failed";
  };

  const take = async () => {
    const mine = turn;
    video.pause();
    const seconds = video.currentTime;
    await seek(video, seconds);
    const both = await picture(video);
    if (mine !== turn) return;
    if (own) drop(own);
    own = reserve();
    label(own, seconds, words.own);
    const radio = enter(own, both, seconds);
    radio.checked = true;
    put(chosen.get(radio));
    status.textContent = fill(words.taken, clock(seconds, short()));
  };

  strip.addEventListener("change", (event) => {
    const file = chosen.get(event.target);
    if (file || ours) put(file);
    if (!file) giveUp();
  });
  part("this").addEventListener("click", () => take().catch(() => (status.textContent = words.undecodable)));
  part("from-stored")?.addEventListener("click", () => open(words.stored, words.storedName));

  return {
    open,
    close,
    // A picture from elsewhere stands in the field now.
    passed() {
      if (putting) return;
      ours = false;
      none.checked = true;
    },
    // The one that was received is not to be used; a frame that is chosen now stays.
    givenUp() {
      if (!field().files.length) this.passed();
    },
  };
}

const all = new WeakMap();
const of = (element) => {
  const box = element.closest?.("form")?.querySelector("[data-frames]");
  if (box && !all.has(box)) all.set(box, frames(box));
  return box && all.get(box);
};
const show = (element, file) => (file ? of(element)?.open(file, file.name) : of(element)?.close());

document.addEventListener("change", (event) => {
  if (event.target.name === "video_file") show(event.target, event.target.files[0]);
  else if (event.target.name === "thumbnail") of(event.target)?.passed();
  else if (event.target.name === "thumbnail_upload-clear" && event.target.checked) of(event.target)?.givenUp();
});
document.addEventListener("madang:video", (event) => show(event.target, event.detail));

// Hidden without this file; and again where another form was put in place. A video may have been chosen before this file
// came, or is chosen again by a browser that comes back.
const ready = () => {
  for (const box of document.querySelectorAll("[data-frames]")) {
    box.hidden = false;
    of(box);
    const { files } = box.closest("form").elements.video_file;
    if (files.length && !box.dataset.state) show(box, files[0]);
  }
};
addEventListener("pageshow", ready);
new MutationObserver(ready).observe(document.querySelector("main").parentNode, { childList: true });
ready();
