"""Pages under load, on both databases: home, watch page and board list, beside a handler that gives
the same HTML as a constant.

Used by script/bench. wrk asks on 16 connections. "2 cores" has the
server and wrk share them; the cage of 0.1 CPU and 512 MB holds the server alone, with PostgreSQL
outside, as hosting services have it. The peer (script/delivery, `constant`) is axum with one handler
and no layer: it asks nobody, logs nothing, and knows no header but the type. A signed-in viewer's
pages are made anew each time; a visitor's are remembered until something is committed, and nothing
is here. The figures of the course's Django project are what was recorded of it once.
"""
import re
import shutil
import sqlite3
import subprocess
from itertools import islice

import bench_admin
import bench_upload
from bench_program import Program, Site, example, free_port, install

CONNECTIONS = 16
FEW, MANY = 1_000, 100_000
POSTS = 100_000
DJANGO = {"2 cores": 17, "0.1 CPU": 1.6}
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}

WRITER = ("INSERT INTO users (username, username_key, password, date_joined) VALUES ('writer', 'writer', '!', 0)")


def posts(series):
    """Inserts the board's posts; `series` is a query for the numbers from 1 on."""
    return ("INSERT INTO posts (user_id, title, title_key, created_at, updated_at)"
            " SELECT (SELECT id FROM users WHERE username = 'writer'), '글 ' || n, '글 ' || n,"
            f" 1700000000000000 + n * 60000000, 1700000000000000 FROM ({series}) AS numbers")


class SQLite:
    name, url = "SQLite", "sqlite:///madang.sqlite3"

    def __init__(self, folder):
        self.path = folder / "madang.sqlite3"

    def fill(self, rows):
        marks = ", ".join("?" * len(bench_admin.COLUMNS.split(",")))
        with sqlite3.connect(self.path) as connection:
            connection.executemany(f"INSERT INTO videos ({bench_admin.COLUMNS}) VALUES ({marks})", rows)

    def board(self):
        series = f"WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {POSTS}) SELECT n FROM s"
        connection = sqlite3.connect(self.path)
        with connection:
            connection.execute(WRITER)
            connection.execute(posts(series))
        connection.execute("ANALYZE")
        connection.close()


class PostgreSQL:
    name = "PostgreSQL"

    def __init__(self, url, psql):
        self.url, self.psql = url, psql

    def fill(self, rows):
        lines = ("\t".join("\\n".join(str(value).split("\n")) for value in row) + "\n" for row in rows)
        copy = [*self.psql, "-v", "ON_ERROR_STOP=1", "-c", f"COPY videos ({bench_admin.COLUMNS}) FROM STDIN", "-c", "VACUUM ANALYZE"]
        subprocess.run(copy, input="".join(lines), text=True, check=True, stdout=subprocess.DEVNULL)

    def board(self):
        series = posts(f"SELECT generate_series(1::bigint, {POSTS}) AS n")
        command = [*self.psql, "-v", "ON_ERROR_STOP=1", "-c", WRITER, "-c", series, "-c", "VACUUM ANALYZE"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def wrk():
    if not shutil.which("wrk"):
        install("wrk")
    return shutil.which("wrk")


class Load:
    """What a server did under load."""

    def __init__(self, server, path, seconds, cookie="", encoding="identity"):
        headers = ["-H", f"Accept-Encoding: {encoding}"] + (["-H", f"Cookie: {cookie}"] if cookie else [])
        before = server.cpu()
        told = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency", *headers,
             f"http://127.0.0.1:{server.port}{path}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in told or "Socket errors" in told:
            raise SystemExit(f"{path}: {told}")
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", told).groups()
        self.p99 = float(number) * UNITS[unit]
        self.cost = (server.cpu() - before) * 1e6 / int(re.search(r"(\d+) requests in", told)[1])

    def __str__(self):
        return f"{self.rate:,.0f} (p99 {self.p99:.{0 if self.p99 >= 10 else 1}f} ms, {self.cost:,.0f} µs of CPU each)"


class Stage:
    """The site, the constant, and the places where they run."""

    def __init__(self, run):
        self.binary = run.binary
        self.folder = run.folder / "pages"
        self.folder.mkdir()
        self.peer = example("delivery")
        self.places = [("2 cores", None, run.seconds)] + ([("0.1 CPU", run.room, run.seconds)] if run.room else [])
        self.page = self.folder / "constant.html"
        self.constants = {}

    def site(self, database, box=None):
        return Site(self.binary, self.folder, box, database.url)

    def constant(self, place, box, seconds):
        """The peer's figures, measured once a place."""
        if place not in self.constants:
            port = free_port()
            with Program([self.peer, "constant", port, self.page], self.folder, port, box=box) as peer:
                peer.first_200()
                self.constants[place] = Load(peer, "/", seconds)
        return self.constants[place]

    def measured(self, database, pages):
        """(page's name, place, for whom), and the load."""
        for place, box, seconds in self.places:
            with self.site(database, box) as site:
                site.first_200()
                cookie = bench_upload.logged_in(site.port)
                for name, path, who in pages:
                    more = {"signed in": {"cookie": cookie}, "visitor, brotli": {"encoding": "br"}}.get(who, {})
                    yield name, place, who, Load(site, path, seconds, **more)
                site.end()


def pages(stage, database):
    """Rows of one database."""
    with stage.site(database) as site:
        site.first_200()
        site.end()
    rows = bench_admin.videos()
    database.fill(islice(rows, FEW))
    with stage.site(database) as site:
        site.first_200()
        page = site.get("/")
        if len(set(re.findall(rb'href="/video/(\d+)/', page))) != 24:
            raise SystemExit("the home page has not 24 cards")
        stage.page.write_bytes(page)
        site.end()
    home = f"home, {FEW:,} videos"
    yield from stage.measured(database, [(home, "/", "visitor"), (home, "/", "visitor, brotli"), (home, "/", "signed in")])
    database.fill(rows)
    database.board()
    home = f"home, {MANY:,} videos"
    with stage.site(database) as site:
        site.first_200()
        watch = re.search(rb'href="(/video/\d+/)', site.get("/"))[1].decode()
        site.end()
    yield from stage.measured(database, [
        (home, "/", "visitor"), (home, "/", "signed in"), ("watch page", watch, "visitor"), ("watch page", watch, "signed in"),
        (f"board list, {POSTS:,} posts", "/board/", "visitor"), (f"board list, {POSTS:,} posts", "/board/", "signed in")])


def told(stage, database):
    """Rows of one database, for the table."""
    for name, place, who, load in pages(stage, database):
        what = f"{name}, {who}, {database.name}, {place}: requests a second"
        if who == "visitor, brotli" or not name.startswith("home"):
            yield "5", what, str(load), "", "", ""
            continue
        box, seconds = next((box, seconds) for where, box, seconds in stage.places if where == place)
        peer = stage.constant(place, box, seconds)
        aim = "≥ 0.3" if who == "visitor" else ""
        yield "5", what, str(load), f"the same as a constant: {peer}", f"{load.rate / peer.rate:.2f}", aim
        if aim and name == f"home, {FEW:,} videos" and database.name == "SQLite":
            django = DJANGO[place]
            yield "5", what, f"{load.rate:,.0f}", f"the course's page, recorded: {django}", f"{load.rate / django:,.0f}", "≥ 500"


def rows(run):
    """Rows of the table."""
    if not wrk():
        yield "5", "pages", "not measured: wrk is missing", "", "", ""
        return
    stage = Stage(run)
    yield from told(stage, SQLite(stage.folder))
    with stage.site(SQLite(stage.folder)) as site:
        site.first_200()
        size = {encoding: len(site.get("/", encoding)) / 1024 for encoding in ["identity", "gzip", "br"]}
        site.end()
    yield ("5", "home page, HTML", f"{size['identity']:.1f} KB ({size['gzip']:.1f} gzip, {size['br']:.1f} br)",
           "the course's page, recorded: 700 KB, no paging", f"{size['identity'] / 700:.2f}", "≤ 64 KB")
    with bench_admin.postgres() as server:
        if server:
            yield from told(stage, PostgreSQL(*server))
        else:
            yield "5", "pages on PostgreSQL", "not measured: its programs are missing", "", "", ""
