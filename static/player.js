// The watch page: keys, what this browser remembers, errors in words, the view's beacon.
// The player itself is the browser's own and needs none of this.

const stage = document.querySelector("[data-player]");
const video = stage.querySelector("video");
// All have the same address; where the last one is passed over, none is left.
const sources = video.querySelectorAll("source");
const source = sources[sources.length - 1];
const words = stage.dataset;
const id = words.id;
const root = document.documentElement;

const fill = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, index) => values[index]);

const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

// Storage can be refused or full; then nothing is remembered and nothing breaks.
const recall = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`madang.${name}`));
  } catch {
    return null;
  }
};
const remember = (name, value) => {
  try {
    localStorage.setItem(`madang.${name}`, JSON.stringify(value));
  } catch {
    // See above.
  }
};

// Short feedback on the stage; spoken only where the change is not heard or seen anyway.
const said = stage.querySelector(".said");
const spoken = stage.querySelector("[data-spoken]");
let hush;
const say = (text, aloud = false) => {
  said.textContent = text;
  said.hidden = false;
  if (aloud) spoken.textContent = text;
  clearTimeout(hush);
  hush = setTimeout(() => (said.hidden = true), 900);
};

// Volume, speed, theatre mode.
const volume = recall("volume");
if (typeof volume === "number" && volume >= 0 && volume <= 1) video.volume = volume;
video.muted = recall("muted") === true;
video.addEventListener("volumechange", () => {
  remember("volume", video.volume);
  remember("muted", video.muted);
});

const setSpeed = (speed) => (video.defaultPlaybackRate = video.playbackRate = speed);
const speed = recall("speed");
if (typeof speed === "number" && speed >= 0.25 && speed <= 2) setSpeed(speed);
video.addEventListener("ratechange", () => remember("speed", video.playbackRate));

const theatreButton = document.querySelector("button[data-theatre]");
const showTheatre = () => theatreButton.setAttribute("aria-pressed", String("theatre" in root.dataset));
const toggleTheatre = () => {
  const on = root.toggleAttribute("data-theatre");
  remember("theatre", on ? 1 : 0);
  showTheatre();
  say(on ? words.theatreOn : words.theatreOff, true);
};
theatreButton.hidden = false;
theatreButton.addEventListener("click", toggleTheatre);
showTheatre();

// Where to start, and where one was.
const start = Number(words.start);
const asked = start > 0 || new URLSearchParams(location.search).has("t");
const resume = stage.querySelector(".resume");
const edge = 10;

const keepPosition = () => {
  const { currentTime: time, duration } = video;
  if (!Number.isFinite(duration) || time < edge) return;
  const kept = recall("positions") ?? {};
  kept[id] = { time: time > duration - edge ? duration : time, duration, at: Date.now() };
  const names = Object.keys(kept);
  if (names.length > 500) {
    names.sort((a, b) => kept[a].at - kept[b].at);
    for (const name of names.slice(0, names.length - 500)) delete kept[name];
  }
  remember("positions", kept);
};

const once = (event, ready, act) => (ready ? act() : video.addEventListener(event, act, { once: true }));

once("loadedmetadata", video.readyState >= 1, () => {
  if (start > 0 && Math.abs(video.currentTime - start) > 1) video.currentTime = Math.min(start, video.duration);
  const kept = recall("positions")?.[id];
  if (asked || !kept || !(kept.time >= edge && kept.time <= video.duration - edge)) return;
  resume.querySelector("span").textContent = fill(words.resume, clock(kept.time));
  resume.hidden = false;
  resume.querySelector(".resume-go").addEventListener("click", () => {
    video.currentTime = kept.time;
    video.play().catch(() => {});
    resume.hidden = true;
    video.focus({ preventScroll: true });
  });
  resume.querySelector(".resume-close").addEventListener("click", () => {
    resume.hidden = true;
    video.focus({ preventScroll: true });
  });
});

// A view is three seconds of real playing, or a shorter video to its end; told once.
let played = 0;
let told = false;
let last = { wall: 0, time: 0 };
let keptAt = 0;
const tell = () => {
  if (told) return;
  told = true;
  fetch(`/video/${id}/view/`, { method: "POST", keepalive: true }).catch(() => {});
};
video.addEventListener("timeupdate", () => {
  const now = { wall: performance.now(), time: video.currentTime };
  const elapsed = now.wall - last.wall;
  if (!video.paused && !video.seeking && now.time > last.time && elapsed < 2000) played += elapsed;
  last = now;
  if (played >= 3000) tell();
  if (now.wall - keptAt > 5000) {
    keptAt = now.wall;
    keepPosition();
  }
  if (now.time > edge) resume.hidden = true;
});
video.addEventListener("ended", () => {
  if (played > 0) tell();
  keepPosition();
});
video.addEventListener("pause", keepPosition);
addEventListener("pagehide", keepPosition);

if ("mediaSession" in navigator) {
  const artwork = video.poster ? [{ src: video.poster }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title: video.getAttribute("aria-label"), artwork });
}

// What cannot be played says so.
const broken = stage.querySelector(".broken");
const reach = () => fetch(source.src, { method: "HEAD", cache: "no-store" }).catch(() => null);
let lost = 0;

const showBroken = async () => {
  lost = video.currentTime || lost;
  let text = words.brokenFormat;
  if (video.error?.code !== MediaError.MEDIA_ERR_DECODE && video.canPlayType(source.type) !== "") {
    const answer = await reach();
    if (!answer || video.error?.code === MediaError.MEDIA_ERR_NETWORK) text = words.brokenNetwork;
    else if (!answer.ok) text = words.brokenRefused;
  }
  if (video.readyState > 0 && !video.error) return;
  sayBroken(text);
};
const sayBroken = (text) => {
  broken.querySelector("p").textContent = text;
  broken.hidden = false;
  resume.hidden = true;
  video.inert = true;
};
video.addEventListener("error", showBroken);
source.addEventListener("error", showBroken);
// It may have failed before this script came; but for a moment every video is without a source.
const sourceless = () => video.readyState === 0 && video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
if (sourceless()) setTimeout(() => sourceless() && broken.hidden && showBroken(), 1000);
video.addEventListener("loadedmetadata", () => {
  broken.hidden = true;
  video.inert = false;
});

// Every video here has a picture: a browser that finds none would play the sound under a black one.
const look = () => {
  if (video.videoWidth > 0) return;
  video.pause();
  sayBroken(words.brokenFormat);
};
video.addEventListener("loadeddata", look);
if (video.readyState >= 2) look();
const silent = document.querySelector("[data-silent]");
if (silent && video.canPlayType(silent.dataset.silent) === "") silent.hidden = false;

broken.querySelector("[data-again]").addEventListener("click", async () => {
  const answer = await reach();
  if (!answer) return;
  // The server says no, perhaps since the login has ended: the page itself knows what to do.
  if (!answer.ok) return location.reload();
  video.load();
  once("loadedmetadata", false, () => {
    video.currentTime = lost;
    video.play().catch(() => {});
  });
});

// A long description folds.
const description = document.querySelector(".description");
if (description) {
  const text = description.querySelector(".description-text");
  const button = description.querySelector("button");
  description.classList.add("short");
  if (text.scrollHeight > text.clientHeight + 2) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = !description.classList.toggle("short");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? button.dataset.less : button.dataset.more;
    });
  } else {
    description.classList.remove("short");
  }
}

// Keys.
const keys = document.getElementById("keys");
const keysButton = document.querySelector("[data-keys]");
const toggleKeys = () => (keys.open ? keys.close() : keys.showModal());
keysButton.hidden = false;
keysButton.addEventListener("click", toggleKeys);
keys.addEventListener("click", (event) => {
  if (event.target === keys) keys.close();
});

const toggle = () => {
  if (video.paused) video.play().catch(() => {});
  else video.pause();
  say(video.paused ? words.pause : words.play);
};
const seekTo = (seconds) => {
  if (Number.isFinite(video.duration)) video.currentTime = Math.max(0, Math.min(video.duration, seconds));
};
const seekBy = (seconds) => {
  seekTo(video.currentTime + seconds);
  say(fill(seconds < 0 ? words.back : words.forward, Math.abs(seconds)));
};
// Times in what is said under the video lead to their moment without loading the page again.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-seek]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !broken.hidden) return;
  event.preventDefault();
  once("loadedmetadata", video.readyState >= 1, () => {
    seekTo(Number(link.dataset.seek));
    video.play().catch(() => {});
  });
  stage.scrollIntoView({ block: "nearest" });
  video.focus({ preventScroll: true });
});
const louder = (part) => {
  video.muted = false;
  video.volume = Math.round(100 * Math.max(0, Math.min(1, video.volume + part))) / 100;
  say(fill(words.volume, Math.round(video.volume * 100)), true);
};
const mute = () => {
  video.muted = !video.muted;
  say(video.muted ? words.muted : words.unmuted, true);
};
const faster = (step) => {
  setSpeed(Math.max(0.25, Math.min(2, video.playbackRate + step)));
  say(fill(words.speed, video.playbackRate), true);
};
const fullscreen = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (video.requestFullscreen) video.requestFullscreen().catch(() => {});
  else video.webkitEnterFullscreen?.();
};
// Captions: the language chosen in this browser, in the player's own menu or by key; "" for none. Nothing is remembered
// before the viewer has chosen: until then the video's own default counts.
const tracks = [...video.querySelectorAll("track")];
const shownTrack = () => tracks.find((element) => element.track.mode === "showing");
const showCaptions = (language) => {
  for (const element of tracks) {
    // The browser's own choice among tracks may come after this one.
    element.default = element.srclang === language;
    element.track.mode = element.default ? "showing" : "disabled";
  }
};
const chosen = recall("captions");
const firstChoice = tracks.find((element) => element.srclang === chosen) ?? tracks.find((element) => element.default);
let language = chosen === "" ? "" : (firstChoice?.srclang ?? "");
let lastShown = language;
showCaptions(language);
video.textTracks.addEventListener("change", () => {
  const now = shownTrack()?.srclang ?? "";
  if (now === language) return;
  language = now;
  lastShown = now || lastShown;
  remember("captions", now);
});
const captions = () => {
  if (!tracks.length) return say(words.captionsMissing, true);
  const wanted =
    tracks.find((element) => element.srclang === lastShown) ??
    tracks.find((element) => element.srclang === root.lang) ??
    tracks[0];
  const next = shownTrack() ? "" : wanted.srclang;
  showCaptions(next);
  say(next ? fill(words.captionsShown, wanted.label) : words.captionsHidden, true);
};

const plain = {
  KeyK: toggle,
  Space: toggle,
  KeyJ: () => seekBy(-10),
  KeyL: () => seekBy(10),
  ArrowLeft: () => seekBy(-5),
  ArrowRight: () => seekBy(5),
  ArrowUp: () => louder(0.05),
  ArrowDown: () => louder(-0.05),
  Home: () => seekTo(0),
  End: () => seekTo(video.duration),
  KeyM: mute,
  KeyF: fullscreen,
  KeyT: toggleTheatre,
  KeyC: captions,
};
const shifted = {
  Comma: () => faster(-0.25),
  Period: () => faster(0.25),
  Slash: toggleKeys,
};
// Where these signs have another place than on a Korean or American keyboard, or come without Shift.
const signs = { "<": "Comma", ">": "Period", "?": "Slash" };
for (let tenth = 0; tenth < 10; tenth++) {
  plain[`Digit${tenth}`] = plain[`Numpad${tenth}`] = () => seekTo((video.duration * tenth) / 10);
}
const single = new Set(["KeyK", "Space", "KeyM", "KeyF", "KeyT", "KeyC", "Slash"]);
const scrolling = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);

// Keys that scroll belong to the page until the viewer turns to the player, as on YouTube.
let turned = false;
// Reached with Tab, the player's own buttons take the space bar.
let tabbed = false;
addEventListener("pointerdown", (event) => {
  turned = stage.contains(event.target);
  tabbed = false;
});
addEventListener("wheel", () => (turned = false), { passive: true });
addEventListener("keydown", (event) => { if (event.code === "Tab") tabbed = true; }, true);

// In the capture phase, so that the player's own keys never act a second time.
document.addEventListener(
  "keydown",
  (event) => {
    const { target } = event;
    const code = signs[event.key] ?? event.code;
    const shift = event.shiftKey || event.key in signs;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof HTMLElement)) return;
    if (target.isContentEditable || target.closest("input, textarea, select")) return;
    const act = (shift ? shifted : plain)[code];
    if (!act) return;
    if (keys.open && code !== "Slash") return;
    if (!broken.hidden && code !== "KeyT" && code !== "Slash") return;
    if (code === "Space" && (target.closest("button, a, summary, [role=button]") || (target === video && tabbed))) return;
    if (code.startsWith("Numpad") && !/^\d$/.test(event.key)) return;
    const inside = turned || stage.contains(target) || document.fullscreenElement;
    if (scrolling.has(code) && !inside) return;
    if (target.closest("details[open]")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && single.has(code)) return;
    if (code !== "Slash") turned = true;
    act();
  },
  true,
);
