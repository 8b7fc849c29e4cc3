// Runs before the first paint of the watch page, so that theatre mode does not shift it.
try {
  if (localStorage.getItem("madang.theatre") === "1") document.documentElement.dataset.theatre = "";
} catch {
  // Storage is refused: the page opens without theatre mode.
}
