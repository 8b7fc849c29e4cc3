"""Goal 7: from the click to the film's first frame, and from a seek, in Chromium beside nginx.

The server lives in the cage, behind a line of 5 Mbit/s and 100 ms (bench_line.py; where that cannot be
made, the browser's own throttling, which the row says: it knows no handshakes and no slow start). Ours
is the site: home page, sign-in, a private film. nginx has two bare pages of one line and the same film.

What counts as a frame is what `requestVideoFrameCallback` calls one: a picture handed to the screen,
also while the film is paused. `loadeddata` would be a picture decoded, `playing` only an intention.
"""
import contextlib
import sqlite3
import statistics
import subprocess
import time
from shutil import which

import bench_browser
import bench_line
from bench_program import install
from bench_stage import missing_nginx, ratio

BITS, LATENCY = 5e6, 0.1
# What a router keeps for a slow line, in bytes.
BUFFER = 100_000
TURNS = 3
PATIENCE = 20

# 2.5 Mbit/s, a key frame every second, as phones make them.
SOURCE = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-b:v", "2400k", "-maxrate", "2400k",
          "-bufsize", "2400k", "-c:a", "aac", "-b:a", "96k"]
LENGTH = "61"
FILMS = {"front": "its index in front", "end": "its index at the end, as phones write it"}

# In every page from its beginning: when somebody clicked, and each frame with its moment of the film.
WATCH = """
document.addEventListener("click", (event) => sessionStorage.setItem("clicked", performance.timeOrigin + event.timeStamp), true);
window.benchFrames = [];
const look = (_, looking) => {
  const video = document.querySelector("video");
  if (!video) return;
  looking?.disconnect();
  const frame = (now, { mediaTime }) => {
    benchFrames.push([performance.timeOrigin + now, mediaTime]);
    video.requestVideoFrameCallback(frame);
  };
  video.requestVideoFrameCallback(frame);
};
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""
NOW = "performance.timeOrigin + performance.now()"
PLAY = f"const at = {NOW}; document.querySelector('video').play(); return at"
SEEK = f"const video = document.querySelector('video'); const at = {NOW}; video.currentTime = video.duration / 2; return at"
# The first frame after a time, of this moment of the film or a later one.
FRAME = "return benchFrames.find(([at, moment]) => at >= arguments[0] && moment >= arguments[1])?.[0] ?? null"


def frame(browser, since, moment):
    """Seconds until a frame."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (at := browser.run(FRAME, since, moment)) is not None:
            return (at - since) / 1000
        time.sleep(0.1)
    raise SystemExit(f"no frame within {PATIENCE} s")


def visit(browser, home, link):
    """Seconds from the click on a link of the home page to the first frame, from playing on to one that
    moves, and from the seek to the middle's."""
    browser.devtools("Network.clearBrowserCache")
    browser.visit(home)
    time.sleep(1)
    browser.click(link)
    end = time.monotonic() + PATIENCE
    while not browser.run("return document.querySelector('video') !== null"):
        if time.monotonic() > end:
            raise SystemExit("no film in the page")
        time.sleep(0.1)
    clicked = float(browser.run("return sessionStorage.getItem('clicked')"))
    first = frame(browser, clicked, 0)
    time.sleep(1)
    played = frame(browser, browser.run(PLAY), 0.01)
    time.sleep(1)
    sought = frame(browser, browser.run(SEEK), int(LENGTH) / 2 - 0.1)
    browser.visit("about:blank")
    return first, played, sought


def films(stage):
    """Makes the films, for the site and for the peer; by name, the link to each in the site."""
    bare = stage.folder / "bare"
    bare.mkdir()
    quiet = ["ffmpeg", "-v", "error", "-nostdin"]
    subprocess.run([*quiet, *SOURCE, "-t", LENGTH, *CODECS, "end.mp4"], cwd=bare, check=True)
    subprocess.run([*quiet, "-i", "end.mp4", "-c", "copy", "-movflags", "+faststart", "front.mp4"], cwd=bare, check=True)
    links = {}
    for name in FILMS:
        (bare / f"{name}.html").write_text(
            f'<!doctype html><title>{name}</title><video controls preload="metadata" src="{name}.mp4"></video>')
        film = stage.upload(f"bare/{name}.mp4")
        with contextlib.closing(sqlite3.connect(stage.folder / "madang.sqlite3")) as database:
            [(number,)] = database.execute("SELECT id FROM videos WHERE file = ?", [film.name])
        links[name] = f"main a[href^='/video/{number}/']"
    (bare / "index.html").write_text(
        "<!doctype html><title>films</title>" + "".join(f'<p><a href="{name}.html">{name}</a></p>' for name in FILMS))
    return links


@contextlib.contextmanager
def browsed(programs, line, url, cookie):
    """A browser that is signed in, and throttled where there is no line."""
    name, _, value = cookie.partition("=")
    with bench_browser.Browser(*programs) as browser:
        browser.devtools("Network.setCookie", name=name, value=value, url=url)
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        if not line:
            browser.devtools("Network.enable")
            browser.devtools("Network.emulateNetworkConditions", offline=False, latency=LATENCY * 1000,
                             downloadThroughput=BITS / 8, uploadThroughput=BITS / 8)
        yield browser


def measured(run, line, programs):
    """By film, server and kind: the seconds of each turn."""
    stage, links = run.stage, films(run.stage)
    starts = {"ours": stage.ours, **{"nginx": start for start in stage.some("nginx, sendfile").values()}}
    found = {name: {server: [] for server in starts} for name in FILMS}
    here, address = (line.far, bench_line.FAR) if line else (None, "127.0.0.1")
    for server, start in starts.items():
        with bench_line.inside(here):
            running = start(box=stage.room, host="0.0.0.0" if line else address)
        with running:
            with bench_line.inside(here):
                running.first_200()
            url = f"http://{address}:{running.port}/"
            with bench_line.inside(line and line.near), browsed(programs, line, url, stage.cookie) as browser:
                for turn in range(TURNS):
                    for name in FILMS:
                        ours = server == "ours"
                        home, link = (url, links[name]) if ours else (f"{url}bare/index.html", f"a[href='{name}.html']")
                        found[name][server].append(visit(browser, home, link))
            running.end()
    return found


def rows(run):
    room = "0.1 CPU, 512 MB" if run.room else "no cage"
    missing = [f"{what}: missing here" for what, path in needed(run).items() if not path]
    if missing:
        yield "7", "click to the first frame", f"not measured: {'; '.join(missing)}", "", "", "≤ 1.5 s"
        return
    if not which("ip"):
        install("iproute2")
    lacking = bench_line.why_not()
    with contextlib.ExitStack() as ways:
        line = None if lacking else ways.enter_context(bench_line.Line(BITS, LATENCY, BUFFER))
        found = measured(run, line, tuple(bench_browser.programs(install)))
    over = f"5 Mbit/s, 100 ms{f', by the throttling of Chromium ({lacking})' if lacking else ''}, {room}"
    kinds = [("click on its card to the first frame", "≤ 1.5 s"), ("play to the first frame that moves", "≤ 1.5 s"),
             ("seek to the middle", "≤ 1.0 s")]
    for name, told in FILMS.items():
        for place, (kind, aim) in enumerate(kinds):
            times = {server: [turn[place] for turn in turns] for server, turns in found[name].items()}
            yield row(f"{kind}; a film with {told}; {over}", times, aim)


def row(what, times, aim):
    told = {server: f"{statistics.median(each):.2f} s (of {len(each)}: {min(each):.2f}–{max(each):.2f})"
            for server, each in times.items()}
    if "nginx" not in times:
        return missing_nginx("7", what, told["ours"], aim)
    middle = {server: statistics.median(each) for server, each in times.items()}
    return "7", what, told["ours"], f"nginx, bare pages: {told['nginx']}", ratio(middle["ours"], middle["nginx"]), aim


def needed(run):
    browser, driver = bench_browser.programs(install)
    if not which("ffmpeg"):
        install("ffmpeg")
    return {"Chromium": browser, "chromedriver": driver, "ffmpeg": which("ffmpeg")}
