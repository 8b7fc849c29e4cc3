// A client of tus 1.0.0 (https://tus.io/protocols/resumable-upload): one file sent in pieces, again and
// again until it is there. Where an unfinished upload lies is remembered in this browser, so that the same
// file goes on another day. It knows nothing of the page; whoever shows it listens to its events "state"
// and "progress".
//
// Pieces have no checksums of their own: a piece with one is thrown away whole when the line drops, and
// what a line may garble TCP and TLS have found already.
//
// A file that a tab has begun is that tab's until it is saved, cancelled or the tab is closed: a lock
// says so, where the browser has locks (pages by plain http have none).

const PIECE = 8 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 16, 32, 60];
const SILENCE = 60_000;
// The last piece is answered when the file has been looked at and put in order.
const CHECKING = 600_000;
// As long as the server keeps what does not go on.
const REMEMBERED = 24 * 3600 * 1000;
const PREFIX = "madang.upload.";

const storage = (use) => {
  try {
    return use(localStorage);
  } catch {
    return null; // Refused or full: then nothing is remembered.
  }
};

const noted = (key) => {
  const note = storage((store) => JSON.parse(store.getItem(key)));
  return note?.at > Date.now() - REMEMBERED && typeof note.path === "string" ? note : null;
};

const fingerprint = (user, file) => `${PREFIX}${user}.${file.size}.${file.lastModified}.${file.name}`;

// A user's files that have not come to their end, and that no tab is sending now: their names and paths.
export const interrupted = async (user) => {
  const locks = await navigator.locks?.query().catch(() => null);
  const held = new Set(locks?.held.map(({ name }) => name));
  return (
    storage((store) => {
      const found = [];
      for (const key of Object.keys(store).filter((key) => key.startsWith(PREFIX))) {
        const note = noted(key);
        if (!note) store.removeItem(key);
        else if (key.startsWith(`${PREFIX}${user}.`) && !note.whole && !held.has(key)) found.push({ key, ...note });
      }
      return found;
    }) ?? []
  );
};

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// The answer, status 0 for none. A line that says nothing for long is taken for lost.
const request = (method, path, { signal, headers = {}, body, progress, sent, patience = SILENCE } = {}) =>
  new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    let timer;
    const alive = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(() => xhr.abort(), wait);
    };
    const abort = () => xhr.abort();
    xhr.upload.addEventListener("progress", (event) => {
      alive(SILENCE);
      progress?.(event.loaded);
    });
    xhr.upload.addEventListener("load", () => {
      alive(patience);
      sent?.();
    });
    xhr.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve(xhr);
    });
    xhr.open(method, path);
    xhr.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    signal?.addEventListener("abort", abort);
    alive(SILENCE);
    xhr.send(body);
  });

// Ends an upload at the server. A piece that is still being taken in is waited for.
const end = async (path) => {
  for (const wait of path ? WAITS : []) {
    const { status } = await request("DELETE", path);
    if (status && status !== 423 && status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
};

// Ends an interrupted one here and at the server.
export const forget = ({ key, path }) => {
  storage((store) => store.removeItem(key));
  return end(path);
};

// `state` is one of waiting, sending, checking, lost (it tries again by itself), paused, signedOut,
// elsewhere (another tab has it), refused (`fault` says why, `again` whether it can go on, `anew` from
// the start), done (`path` is its address), cancelled.
export class Upload extends EventTarget {
  state = "waiting";
  fault = "";
  again = false;
  anew = false;
  sent = 0;
  path = null;
  #address;
  #key;
  #stop = null;
  #wake = null;
  #held = null;
  #release = null;
  // Whether this page has seen the server have it.
  #known = false;

  // `sentences` are said of what is refused; `who` tells whose page the server shows now.
  constructor(file, { address, user, who, sentences }) {
    super();
    this.file = file;
    this.user = user;
    this.#address = address;
    this.#key = fingerprint(user, file);
    this.who = who;
    this.sentences = sentences;
  }

  // One that the server has kept since a form before.
  static kept(name, size, path, options) {
    const upload = new Upload({ name, size, lastModified: path }, options);
    return Object.assign(upload, { path, sent: size, state: "done" });
  }

  get key() {
    return this.#key;
  }

  // Whether it would stop if the page were left.
  get isOnItsWay() {
    return !["done", "refused", "elsewhere", "cancelled"].includes(this.state);
  }

  // Begins, or goes on; one that waits for its line tries at once.
  go() {
    if (this.#wake) this.#wake();
    else if (!this.#stop) this.#run();
  }

  pause() {
    this.#halt();
    this.#be("paused");
  }

  refuse(fault, { again = false, anew = false } = {}) {
    this.#halt();
    Object.assign(this, { fault, again, anew });
    if (!again) this.#free();
    this.#be("refused");
  }

  // Ends it here and, if it was this page's, at the server.
  async cancel() {
    const ours = this.path || this.#held;
    const path = this.path ?? noted(this.#key)?.path;
    this.#halt();
    this.#be("cancelled");
    if (!ours) return;
    this.forget();
    await end(path);
  }

  // The server does not have it any more, or it has become a video.
  forget() {
    this.#unremember();
    this.#free();
  }

  #unremember() {
    this.path = null;
    this.#known = false;
    storage((store) => store.removeItem(this.#key));
  }

  // Whether no other tab has this file.
  async #hold() {
    this.#held ??= new Promise((resolve) => {
      const locked = (lock) => {
        resolve(Boolean(lock));
        return lock && new Promise((release) => (this.#release = release));
      };
      if (!navigator.locks) return resolve(true);
      navigator.locks.request(this.#key, { ifAvailable: true }, locked).catch(() => resolve(true));
    });
    const held = await this.#held;
    if (!held || ["cancelled", "refused"].includes(this.state)) this.#free();
    return held;
  }

  #free() {
    this.#release?.();
    this.#release = this.#held = null;
  }

  #halt() {
    this.#stop?.abort();
    this.#stop = null;
  }

  #be(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #remember(whole) {
    const note = { path: this.path, name: this.file.name, at: Date.now(), whole };
    storage((store) => store.setItem(this.#key, JSON.stringify(note)));
  }

  #wait(seconds, signal) {
    return new Promise((resolve) => {
      const end = new AbortController();
      const wake = () => {
        clearTimeout(timer);
        end.abort();
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.#wake = wake;
      addEventListener("online", wake, { signal: end.signal });
      signal.addEventListener("abort", wake, { signal: end.signal });
    });
  }

  #step(known, signal) {
    const { file } = this;
    if (!this.path) {
      const metadata = `filename ${base64(file.name)}`;
      const headers = { "Upload-Length": file.size, "Upload-Metadata": metadata };
      return request("POST", this.#address, { signal, headers });
    }
    if (!known) return request("HEAD", this.path, { signal });
    const from = this.sent;
    const to = Math.min(from + PIECE, file.size);
    return request("PATCH", this.path, {
      signal,
      headers: { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" },
      body: file.slice(from, to, "application/offset+octet-stream"),
      patience: to === file.size ? CHECKING : SILENCE,
      progress: (loaded) => {
        this.sent = Math.min(from + loaded, to);
        this.dispatchEvent(new Event("progress"));
      },
      sent: () => {
        if (to === file.size && !signal.aborted) this.#be("checking");
      },
    });
  }

  // Where the server says that it stands, if it has taken what was sent.
  #taken(answer) {
    if (answer.status !== 200 && answer.status !== 201 && answer.status !== 204) return false;
    if (!this.path) {
      const location = answer.getResponseHeader("Location");
      if (!location) return false;
      this.path = new URL(location, answer.responseURL).pathname;
      this.sent = 0;
      this.#remember(false);
      return true;
    }
    const offset = answer.getResponseHeader("Upload-Offset");
    if (!/^\d+$/.test(offset)) return false;
    this.sent = Number(offset);
    this.dispatchEvent(new Event("progress"));
    return true;
  }

  async #run() {
    const stop = new AbortController();
    const { signal } = stop;
    this.#stop = stop;
    const returns = this.state === "signedOut";
    this.#be("sending");
    const held = await this.#hold();
    if (signal.aborted) return;
    if (!held) return this.#stand("elsewhere");
    if (returns && !(await this.#same(signal))) return;
    if (this.anew) this.#unremember();
    this.anew = false;
    this.path ??= noted(this.#key)?.path ?? null;
    let [known, tries, anew] = [false, 0, 0];
    for (;;) {
      const patches = known;
      const answer = await this.#step(known, signal);
      if (signal.aborted) return;
      const { status } = answer;
      known = this.#taken(answer);
      if (known) {
        this.#known = true;
        if (this.sent >= this.file.size) break;
        if (patches) [tries, anew] = [0, 0];
        if (this.state !== "sending") this.#be("sending");
      } else if ((status === 404 || status === 410) && this.path && anew < 2) {
        if (!(await this.#same(signal))) return;
        if (this.#known) return this.refuse(this.sentences.gone, { again: true, anew: true });
        anew++;
        this.#unremember();
      } else if (status === 401 || status === 403) {
        return this.#stand("signedOut");
      } else if (this.#mends(status, tries)) {
        if (!(await this.#readable())) return this.#drop(this.sentences.unreadable);
        if (signal.aborted) return;
        this.#be("lost");
        await this.#wait(WAITS[Math.min(tries++, WAITS.length - 1)], signal);
        if (signal.aborted) return;
      } else {
        const plain = answer.getResponseHeader("Content-Type")?.startsWith("text/plain");
        const kept = status === 507;
        if (!kept) this.forget();
        return this.refuse((plain && answer.responseText) || this.sentences.failed, { again: kept });
      }
    }
    this.#stop = null;
    this.#remember(true);
    this.#be("done");
  }

  // Stands still until somebody does something.
  #stand(state) {
    this.#stop = null;
    this.#be(state);
  }

  // Whether the server still takes this browser for who began it; else it stands still.
  async #same(signal) {
    const who = await this.who();
    if (signal.aborted) return false;
    if (who === this.user) return true;
    if (who) this.refuse(this.sentences.otherUser, { again: true });
    else this.#stand("signedOut");
    return false;
  }

  // What is there of it can never be completed.
  #drop(fault) {
    const { path } = this;
    this.forget();
    this.refuse(fault);
    end(path);
  }

  // Whether waiting may help.
  #mends(status, tries) {
    if (status === 400) return tries < WAITS.length;
    return status < 400 || [408, 409, 423, 425, 429].includes(status) || (status >= 500 && status !== 507);
  }

  // A file that was changed or removed cannot be read any more, and no line is at fault.
  async #readable() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }
}
