#!/usr/bin/env python3
"""A film for many viewers: ours beside nginx and tower-http's ServeFile, in one run.

Used by script/bench; alone: script/bench_delivery.py BINARY [viewers|cost|memory|small|start ...].
Ours gives a private film to a session that it checks at every request; the peers give the same file
to anybody, and write no log. Each server has one processor, and those who take the film
(script/delivery) another one. nginx is installed from the system's packages.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import bench_upload

FILM = 128 << 20
MB = 1 << 20
GB = 1e9
CROWDS = [500, 1000, 1250, 1500, 1750, 2000, 2500]
KBPS = 2500
SECONDS = 30
SLOW_SECONDS = 20
CHURN_SECONDS = 60
TURNS = 3
PARTS = ["viewers", "cost", "memory", "small", "start"]

# Without tcp_nopush, with which a small range waits here for the acknowledgement of its head.
NGINX = """
daemon off; pid nginx.pid; error_log stderr; user root; worker_processes 1; worker_rlimit_nofile 32768;
events {{ worker_connections 16384; }}
http {{
  access_log off; sendfile {sendfile}; keepalive_requests 1000000000;
  types {{ text/html html; video/mp4 mp4; }}
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = / {{ root {folder}; try_files /home.html =404; }}
    location /media/ {{ root {folder}; }}
  }}
}}
"""


def nginx():
    """Its path; installed where this may."""
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    if not shutil.which("nginx", path=path) and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx"], **quiet)
    return shutil.which("nginx", path=path)


class Stage:
    """The film, who gives it and who takes it."""

    def __init__(self, bench, binary, folder, room):
        self.bench, self.binary, self.room = bench, binary, room
        self.folder = folder / "delivery"
        self.folder.mkdir()
        self.taker = bench.example("delivery")
        cores = sorted(os.sched_getaffinity(0))
        self.core, self.other = (cores[0], cores[-1]) if len(cores) > 1 else (None, None)
        self.busiest = 0.0
        bench_upload.film(self.folder / "film.mp4", FILM)
        with self.ours() as site:
            site.first_200()
            site.end()
        bench.seed(self.folder / "madang.sqlite3")
        subprocess.run(
            [binary, "upload", "--visibility", "private", "film.mp4"], cwd=self.folder, check=True,
            env=bench.settings("sqlite:///madang.sqlite3"), stdin=subprocess.DEVNULL, capture_output=True)
        [self.film] = (self.folder / "media").glob("*.mp4")
        self.path = f"/media/{self.film.name}"
        with self.ours() as site:
            site.first_200()
            self.cookie = bench_upload.logged_in(site.port)
            (self.folder / "home.html").write_bytes(site.get("/"))
            try:
                site.get(self.path)
            except SystemExit:
                pass
            else:
                raise SystemExit("anybody may see the private film")
            site.end()
        self.peers = {}
        if nginx():
            self.peers["nginx, sendfile"] = lambda **more: self.nginx("on", **more)
            self.peers["nginx, copying"] = lambda **more: self.nginx("off", **more)
        self.peers["ServeFile"] = self.servefile
        self.servers = {"ours": self.ours, **self.peers}

    def ours(self, box=None):
        return self.bench.Site(self.binary, self.folder, box, core=self.core)

    def nginx(self, sendfile, box=None):
        port = self.bench.free_port()
        config = self.folder / "nginx.conf"
        config.write_text(NGINX.format(sendfile=sendfile, port=port, folder=self.folder))
        command = [nginx(), "-p", self.folder, "-c", config]
        return self.bench.Program(command, self.folder, port, box=box, core=self.core)

    def servefile(self, box=None):
        port = self.bench.free_port()
        command = [self.taker, "servefile", port, self.film]
        peer = self.bench.Program(command, self.folder, port, box=box, core=self.core)
        peer.end = lambda: None
        return peer

    def take(self, *arguments):
        """Starts to take the film."""
        pin = None if self.other is None else lambda: os.sched_setaffinity(0, {self.other})
        return subprocess.Popen(
            [self.taker, *map(str, arguments), self.cookie], preexec_fn=pin,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def taken(self, taking):
        """What it was like, by name."""
        told, _ = taking.communicate()
        if taking.returncode:
            raise SystemExit(f"the film could not be taken: {told}")
        numbers = {name: float(number) for name, number in (pair.split("=") for pair in told.split())}
        self.busiest = max(self.busiest, numbers["busy"])
        return numbers

    def watched(self, server, number, kbps, seconds, stay=0, page="", look=None):
        """Paced viewers; `look` is called about twice a second meanwhile."""
        taking = self.take("viewers", server.port, self.path, number, kbps, seconds, stay, page)
        while look and taking.poll() is None and server.process.poll() is None:
            look()
            time.sleep(0.5)
        return self.taken(taking)


def cage_total(room):
    """What the cage is charged for, sockets included, in bytes."""
    names = ["memory.current", "memory.usage_in_bytes", "memory.kmem.tcp.usage_in_bytes"]
    files = [folder / name for folder in room for name in names]
    return sum(int(file.read_text()) for file in files if file.exists())


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if theirs else "—"


# ---- goal 1 ------------------------------------------------------------------------------------

def largest_crowd(stage, start):
    """The largest crowd of the list that does not stall, or 0; what all that were tried were like."""
    fewest, most, tried = 0, len(CROWDS), {}
    while fewest < most:
        crowd = CROWDS[(fewest + most) // 2]
        with start(box=stage.room) as server:
            server.first_200()
            tried[crowd] = stage.watched(server, crowd, KBPS, SECONDS, page="/")
            # Or the cage was too small for it, and everybody has stalled.
            if server.process.poll() is None:
                server.end()
        if tried[crowd]["stalled"]:
            most = CROWDS.index(crowd)
        else:
            fewest = CROWDS.index(crowd) + 1
    return CROWDS[fewest - 1] if fewest else 0, tried


def viewers(stage):
    what = f"viewers of {KBPS / 1000} Mbit/s without a stall in 0.1 CPU, 512 MB (of {', '.join(map(str, CROWDS))})"
    if not stage.room:
        yield "1", what, "not measured: no cgroups here", "", "", "≥ 1,500"
        return
    servers = {name: start for name, start in stage.servers.items() if name != "ServeFile"}
    found = {name: largest_crowd(stage, start) for name, start in servers.items()}
    peers = [name for name in servers if name != "ours"]

    def told(name):
        number, tried = found[name]
        if not number:
            return f"fewer than {min(tried):,} ({tried[min(tried)]['stalled']:.0f} stalled)"
        more = min((crowd for crowd in tried if crowd > number), default=None)
        after = f"; of {more:,} {tried[more]['stalled']:.0f} stalled" if more else ""
        return f"{number:,} (the last {tried[number]['behind']:.1f} s behind{after})"

    def page(name):
        number, tried = found[name]
        return f"{tried[number]['page_p99'] * 1000:.0f} ms, {tried[number]['page_errors']:.0f} errors" if number else "—"

    for name in peers:
        yield "1", what, told("ours"), f"{name}: {told(name)}", ratio(found["ours"][0], found[name][0]), "≥ 1,500, ≥ 1.0 of nginx"
    for name in peers:
        yield "1", "the home page's p99 meanwhile", page("ours"), f"{name}, a file: {page(name)}", "", "< 500 ms"


# ---- goal 2 and goal 4 -------------------------------------------------------------------------

def costs(stage, size, count, connections):
    """CPU seconds per GB by server, in turns; requests a second."""
    cost, rate = {name: [] for name in stage.servers}, {name: [] for name in stage.servers}
    for _ in range(TURNS):
        for name, start in stage.servers.items():
            with start() as server:
                server.first_200()
                before = server.cpu()
                seen = stage.taken(stage.take("ranges", server.port, stage.path, size, count, connections))
                cost[name].append((server.cpu() - before) / seen["bytes"] * GB)
                rate[name].append(seen["requests"])
                server.end()
    return cost, rate


def several(figures, form):
    return f"{format(statistics.median(figures), form)} ({format(min(figures), form)}–{format(max(figures), form)})"


def better_nginx(stage, figures, best):
    modes = [name for name in stage.peers if name.startswith("nginx")]
    return [best(modes, key=lambda name: statistics.median(figures[name]))] if modes else []


def cost(stage):
    for what, size, count in [("whole file", 0, 4 * 10**9 // FILM), ("ranges of 5 MB", 5_000_000, 800)]:
        found, _ = costs(stage, size, count, 4)
        for name, aim in [(name, "≤ 1.0") for name in better_nginx(stage, found, min)] + [("ServeFile", "≤ 0.5")]:
            yield ("2", f"CPU seconds per GB, {what}", several(found["ours"], ".3f"), f"{name}: {several(found[name], '.3f')}",
                   ratio(statistics.median(found["ours"]), statistics.median(found[name])), aim)


def small(stage):
    _, found = costs(stage, 65536, 100_000 // TURNS, 16)
    for name, aim in [(name, "≥ 0.8") for name in better_nginx(stage, found, max)] + [("ServeFile", "")]:
        yield ("4", "random ranges of 64 KB, requests a second", several(found["ours"], ",.0f"),
               f"{name}: {several(found[name], ',.0f')}",
               ratio(statistics.median(found["ours"]), statistics.median(found[name])), aim)


# ---- goal 3 ------------------------------------------------------------------------------------

def slow(stage, start):
    """The most that 1,500 slow viewers need: resident, and all that the cage is charged for; how many stalled."""
    residents, totals = [], []
    with start(box=stage.room) as server:
        server.first_200()

        def look():
            residents.append(server.resident())
            totals.append(cage_total(stage.room) if stage.room else 0)

        seen = stage.watched(server, 1500, 250, SLOW_SECONDS, look=look)
        server.end()
    return max(residents), max(totals), seen["stalled"]


def churn(stage, start):
    """Resident memory in the second third and in the last of a minute of seeking viewers, and their number."""
    sizes = []
    with start() as server:
        server.first_200()
        seen = stage.watched(server, 300, 4000, CHURN_SECONDS, stay=2, look=lambda: sizes.append(server.resident()))
        server.end()
    third = len(sizes) // 3
    return max(sizes[third:2 * third]), max(sizes[2 * third:]), seen["visits"]


def idle(start):
    with start() as server:
        server.first_200()
        time.sleep(2)
        resident = server.resident()
        server.end()
    return resident


def memory(stage):
    servers = {name: start for name, start in stage.servers.items() if name in ["ours", "nginx, sendfile", "ServeFile"]}
    peers = [name for name in servers if name != "ours"]
    found = {name: slow(stage, start) for name, start in servers.items()}
    rows = [("1,500 slow viewers, resident", 0, "≤ 100 MB")]
    rows += [("1,500 slow viewers, all in the cage, sockets included", 1, "≤ 512 MB")] if stage.room else []
    for what, place, aim in rows:
        for name in peers:
            ours, theirs = found["ours"][place], found[name][place]
            stalled = [f" ({found[server][2]:.0f} stalled)" if found[server][2] else "" for server in ["ours", name]]
            yield ("3", what, f"{ours / MB:.0f} MB{stalled[0]}", f"{name}: {theirs / MB:.0f} MB{stalled[1]}",
                   ratio(ours, theirs), aim)
    found = {name: idle(start) for name, start in servers.items()}
    for name in peers:
        yield ("3", "idle", f"{found['ours'] / MB:.1f} MB", f"{name}: {found[name] / MB:.1f} MB",
               ratio(found["ours"], found[name]), "≤ 25 MB")
    found = {name: churn(stage, start) for name, start in servers.items() if name != "ServeFile"}

    def told(name):
        before, after, visits = found[name]
        return f"{before / MB:.1f} → {after / MB:.1f} MB in {visits:,.0f} visits"

    for name in [name for name in peers if name in found] or [""]:
        yield ("3", f"300 viewers who seek every 2 s, middle and last third of {CHURN_SECONDS} s", told("ours"),
               f"{name}: {told(name)}" if name else "", "", "flat")


# ---- goal 6 ------------------------------------------------------------------------------------

def start(stage):
    boxes = [("2 cores" if stage.other else "1 core", None, 20, "≤ 50 ms")]
    boxes += [("0.1 CPU, 512 MB", stage.room, 5, "≤ 300 ms")] if stage.room else []
    core, stage.core = stage.core, None
    servers = {name: begin for name, begin in stage.servers.items() if name in ["ours", "nginx, sendfile"]}
    for where, box, count, aim in boxes:
        found = {name: [] for name in servers}
        for _ in range(count):
            for name, begin in servers.items():
                with begin(box=box) as server:
                    found[name].append(server.first_200())
                    server.end()
        for name in [name for name in servers if name != "ours"] or ["ours"]:
            yield ("6", f"exec to the first 200, {where}", stage.bench.milliseconds(found["ours"]),
                   f"{name}: {stage.bench.milliseconds(found[name])}",
                   ratio(statistics.median(found["ours"]), statistics.median(found[name])), aim)
    stage.core = core


# ---- the table ---------------------------------------------------------------------------------

def table(bench, binary, folder, room, parts=PARTS):
    """Lines of a Markdown table."""
    stage = Stage(bench, binary, folder, room)
    rows = [row for part in parts for row in globals()[part](stage)]
    pinned = "one processor for the server, another for the load" if stage.other is not None else \
        "ONE processor for server and load, so that the figures mean little"
    lines = ["", f"A private film of {FILM // MB} MB beside peers that ask nobody who they are and write no log; {pinned}; "
             f"the load took at most {stage.busiest * 100:.0f} % of its own.", ""]
    if not nginx():
        lines += ["nginx is missing here and could not be installed, so its rows are.", ""]
    lines += ["| goal | what | ours | peer | ratio | aim |", "|---|---|---|---|---|---|"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def main():
    import importlib.machinery
    import importlib.util
    import tempfile
    here = Path(__file__).resolve().parent
    loader = importlib.machinery.SourceFileLoader("bench", str(here / "bench"))
    bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench", loader))
    loader.exec_module(bench)
    parts = sys.argv[2:] or PARTS
    if not set(parts) <= set(PARTS):
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory(prefix="madang-bench") as folder, bench.small_room() as room:
        print("\n".join(table(bench, Path(sys.argv[1]).resolve(), Path(folder), room, parts)))


if __name__ == "__main__":
    main()
