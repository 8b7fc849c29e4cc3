// The video form on its way to the server, sent by a script.

// Sends the form, with the upload at `path` in its file's place and `title`, where it is one of several. The
// answer and its page; nothing when there is none.
export const post = async (form, { submitter, path, title }) => {
  const body = new FormData(form);
  body.delete("video_file");
  if (submitter?.name && !submitter.hidden) body.append(submitter.name, submitter.value);
  if (path) {
    body.set("upload", path);
    body.delete("upload-clear");
  }
  if (title !== undefined) body.set("title", title);
  try {
    const headers = { Accept: "text/html", "X-Requested-With": "XMLHttpRequest" };
    const response = await fetch(form.action, { method: "POST", body, headers });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { response, page };
  } catch {
    return {};
  }
};

// Whose form the server would show now: `user` itself also when it cannot be asked, null for nobody's.
export const who = async (form, user) => {
  try {
    const response = await fetch(form.action, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("form[data-upload]")?.dataset.user ?? null;
  } catch {
    return user;
  }
};
