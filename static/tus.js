// A client of tus 1.0.0 (https://tus.io/protocols/resumable-upload): one file sent in pieces, again and
// again until it is there. Where an unfinished upload lies is remembered in this browser, so that the same
// file goes on another day. It knows nothing of the page; whoever shows it listens to its events "state"
// and "progress".
//
// Pieces have no checksums of their own: a piece with one is thrown away whole when the line drops, and
// what a line may garble TCP and TLS have found already.

const PIECE = 8 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 16, 32, 60];
const SILENCE = 60_000;
// The last piece is answered when the file has been looked at and put in order.
const CHECKING = 600_000;
const REMEMBERED = 3 * 24 * 3600 * 1000;
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

// The names of a user's files that have not come to their end.
export const interrupted = (user) =>
  storage((store) => {
    const names = [];
    for (const key of Object.keys(store).filter((key) => key.startsWith(PREFIX))) {
      const note = noted(key);
      if (!note) store.removeItem(key);
      else if (key.startsWith(`${PREFIX}${user}.`) && !note.whole) names.push(note.name);
    }
    return names;
  }) ?? [];

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

// `state` is one of waiting, sending, checking, lost (it tries again by itself), paused, signedOut,
// refused (`fault` says why, `again` whether it can go on), done (`path` is its address), cancelled.
export class Upload extends EventTarget {
  state = "waiting";
  fault = "";
  again = false;
  sent = 0;
  path = null;
  #address;
  #key;
  #stop = null;
  #wake = null;

  constructor(file, { address, user, unreadable, failed }) {
    super();
    this.file = file;
    this.#address = address;
    this.#key = fingerprint(user, file);
    this.sentences = { unreadable, failed };
  }

  get key() {
    return this.#key;
  }

  // Whether it would stop if the page were left.
  get isOnItsWay() {
    return !["done", "refused", "cancelled"].includes(this.state);
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

  refuse(fault, again = false) {
    this.#halt();
    this.fault = fault;
    this.again = again;
    this.#be("refused");
  }

  // Ends it here and at the server.
  async cancel() {
    const path = this.path ?? noted(this.#key)?.path;
    this.#halt();
    this.forget();
    this.#be("cancelled");
    for (const wait of path ? WAITS : []) {
      const { status } = await request("DELETE", path);
      if (status && status !== 423 && status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }

  // The server does not have it any more, or it has become a video.
  forget() {
    this.path = null;
    storage((store) => store.removeItem(this.#key));
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
    this.path ??= noted(this.#key)?.path ?? null;
    let [known, tries, anew] = [false, 0, 0];
    this.#be("sending");
    for (;;) {
      const patches = known;
      const answer = await this.#step(known, signal);
      if (signal.aborted) return;
      const { status } = answer;
      known = this.#taken(answer);
      if (known) {
        if (this.sent >= this.file.size) break;
        if (patches) [tries, anew] = [0, 0];
        if (this.state !== "sending") this.#be("sending");
      } else if ((status === 404 || status === 410) && this.path && anew < 2) {
        anew++;
        this.forget();
      } else if (status === 401 || status === 403) {
        this.#stop = null;
        return this.#be("signedOut");
      } else if (this.#mends(status, tries)) {
        if (!(await this.#readable())) return this.refuse(this.sentences.unreadable, true);
        if (signal.aborted) return;
        this.#be("lost");
        await this.#wait(WAITS[Math.min(tries++, WAITS.length - 1)], signal);
        if (signal.aborted) return;
      } else {
        const plain = answer.getResponseHeader("Content-Type")?.startsWith("text/plain");
        const kept = status === 507;
        if (!kept) this.forget();
        return this.refuse((plain && answer.responseText) || this.sentences.failed, kept);
      }
    }
    this.#stop = null;
    this.#remember(true);
    this.#be("done");
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
