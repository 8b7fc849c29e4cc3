// What is dropped on the video form: files by what they are for, and the videos that lie in folders.

const VIDEO = /\.(mp4|m4v|mov|webm|mkv|ogv|ogg)$/i;
const CAPTIONS = /\.(srt|vtt)$/i;
const DEPTH = 4;
const MOST = 200;

const within = async (folder) => {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    found.push(...some);
    if (!some.length || found.length >= MOST) return found.sort((a, b) => a.name.localeCompare(b.name));
  }
};

const videosIn = async (folder, depth = 1) => {
  const found = [];
  for (const entry of await within(folder)) {
    if (found.length >= MOST) break;
    if (entry.isDirectory && depth < DEPTH) found.push(...(await videosIn(entry, depth + 1)));
    if (!entry.isFile || entry.name.startsWith(".") || !VIDEO.test(entry.name)) continue;
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) found.push(file);
  }
  return found.slice(0, MOST);
};

const use = ({ name, type }) => {
  if (CAPTIONS.test(name)) return "captions";
  if (type.startsWith("image/")) return "pictures";
  return VIDEO.test(name) || type.startsWith("video/") ? "videos" : "others";
};

// `{ videos, captions, pictures, others, hadFolder }`. To be called while the event is being handled.
export const sorted = async (transfer) => {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const folders = [];
  const found = { videos: [], captions: [], pictures: [], others: [] };
  for (const item of items) {
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry);
    else if (file) found[use(file)].push(file);
  }
  for (const folder of folders) found.videos.push(...(await videosIn(folder)));
  return { ...found, hadFolder: folders.length > 0 };
};
