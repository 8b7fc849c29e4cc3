"""The admin's change lists over 100,000 videos and 100,000 users, on both databases.

Used by script/bench. Each page's time is what the server's own log line tells, from the request's
head to the last byte of the answer; the client's time stands beside it. PostgreSQL is started in a
temporary folder, with the settings it ships with.
"""
import contextlib
import glob
import http.client
import os
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from bench_program import Site, install

ROWS = 100_000
ASKED = 15
WORDS = ("강의 파이썬 기초 실전 마당 공연 축제 여행 요리 음악 배포 초급 중급 고급 과제 발표 수업 인터뷰 "
         "lecture rust video live concert").split()

# Search, filter and sort together: words that few rows have, and words that many have.
PAGES = [
    ("videos, newest first", "/admin/videos/video/"),
    ("videos, search (few rows) + filter + sort", f"/admin/videos/video/?q={quote('99')}7&visibility=public&o=5.2"),
    ("videos, search (three rows in ten) + filter + sort", f"/admin/videos/video/?q={quote('발표')}%20rust&visibility=private&o=-6"),
    ("videos, the last page by title", "/admin/videos/video/?p=1000&o=2"),
    ("videos, search (few rows) + sort by an indexed column", f"/admin/videos/video/?q={quote('99')}7&o=-6"),
    ("users, by name", "/admin/accounts/user/"),
    ("users, search + filter + sort", "/admin/accounts/user/?q=rust&active=1&o=-7.1"),
    ("users, search (few rows) + filter + sort", "/admin/accounts/user/?q=user9977&active=1&o=-7.1"),
]


def videos():
    """Rows of `videos` in the order of COLUMNS."""
    chance, now, day = random.Random(1), int(time.time() * 1_000_000), 86_400_000_000
    for number in range(ROWS):
        title = f"{' '.join(chance.choices(WORDS, k=4))} {number}"
        text = " ".join(chance.choices(WORDS, k=12))
        made = now - chance.randrange(900 * day)
        yield (title, title.lower(), f"{title}\n{text}".lower(), text,
               chance.choice(["public"] * 6 + ["private"] * 2 + ["unlisted", "draft"]),
               f"{number:026d}.mp4", "film.mp4", "video/mp4", chance.randrange(10**9),
               chance.randrange(10**7), 1280, 720, "avc1.64001f", chance.randrange(10**5), made, made)


COLUMNS = ("title, title_key, search_key, description, visibility, file, file_name, content_type, size,"
           " duration, width, height, codecs, views, created_at, updated_at")


def users():
    """Rows of `users` in the order of USER_COLUMNS."""
    chance, now, day = random.Random(2), int(time.time() * 1_000_000), 86_400_000_000
    for number in range(ROWS):
        name = f"user{number}_{chance.choice(WORDS)}"
        yield (name, name.lower(), f"user{number}@example.com", "!", number % 7 != 0, number % 100 == 0,
               now - chance.randrange(900 * day), now - chance.randrange(90 * day))


USER_COLUMNS = "username, username_key, email, password, is_active, is_staff, date_joined, last_login"


def seed_sqlite(path):
    connection = sqlite3.connect(path)
    with connection:
        for table, columns, rows in [("videos", COLUMNS, videos()), ("users", USER_COLUMNS, users())]:
            marks = ", ".join("?" * len(columns.split(",")))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    connection.execute("ANALYZE")
    connection.close()


def seed_postgres(psql):
    for table, columns, rows in [("videos", COLUMNS, videos()), ("users", USER_COLUMNS, users())]:
        lines = ("\t".join("\\n".join(str(value).split("\n")) for value in row) + "\n" for row in rows)
        feed = subprocess.Popen([*psql, "-c", f"COPY {table} ({columns}) FROM STDIN"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        feed.stdin.writelines(lines)
        feed.stdin.close()
        if feed.wait() != 0:
            raise SystemExit("psql could not copy the rows")
    subprocess.run([*psql, "-c", "VACUUM ANALYZE"], check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def postgres():
    """Yields the URL and psql's command line of a fresh server, or None."""
    def newest():
        return max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=shutil.which("initdb"))

    if not newest():
        install("postgresql")
    initdb = newest()
    if not initdb or not shutil.which("psql"):
        yield None
        return
    programs = Path(initdb).parent
    with tempfile.TemporaryDirectory(prefix="madang-bench-pg") as folder:
        person = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            person = ["runuser", "-u", "postgres", "--"]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        data = f"{folder}/data"
        subprocess.run([*person, str(programs / "initdb"), "-D", data, "-U", "madang", "-A", "trust", "-E", "UTF8",
                        "--locale=C"], check=True, **quiet)
        server = [*person, str(programs / "pg_ctl"), "-D", data, "-w"]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        subprocess.run([*server, "-o", options, "-l", f"{folder}/log", "start"], check=True, **quiet)
        try:
            url = f"postgres://madang@127.0.0.1:{port}/postgres"
            yield url, ["psql", "-q", url]
        finally:
            subprocess.run([*server, "-m", "immediate", "stop"], **quiet)


def ask(connection, path, cookie):
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "identity"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return answer.headers["X-Request-Id"]


def at_the_server(log, numbers):
    """The milliseconds that the log tells of the requests with these numbers."""
    for _ in range(100):
        # Coloured or not.
        text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace"))
        told = {number: int(ms) for ms, number in re.findall(r'ms=(\d+) .*request_id="(\w+)"', text)}
        if all(number in told for number in numbers):
            return [told[number] for number in numbers]
        # A line is written a moment after the answer.
        time.sleep(0.05)
    raise SystemExit(f"the log tells no time of some requests: {log}")


def measured(site):
    """Name of a page, and the milliseconds of ASKED requests, one after another: at the client, at
    the server."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    form = urlencode({"username": "owner", "password": "courtyard-gate-1742"})
    connection.request("POST", "/login/", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    for name, path in PAGES:
        ask(connection, path, cookie)
        times, numbers = [], []
        for _ in range(ASKED):
            began = time.perf_counter()
            numbers.append(ask(connection, path, cookie))
            times.append((time.perf_counter() - began) * 1000)
        yield name, times, at_the_server(Path(site.log.name), numbers)


def told(goal, what, found):
    """Rows of what was measured of each page."""
    for name, client, server in found:
        times = (f"{statistics.median(server):.0f} ms (of {len(server)}: {min(server):.0f}–{max(server):.0f};"
                 f" at the client {statistics.median(client):.0f} ms)")
        yield goal, f"{what}: {name}", times, "", "", "≤ 50 ms"


def rows(run):
    """Rows of the table."""
    database = "sqlite:///admin.sqlite3"
    with Site(run.binary, run.folder, database=database) as site:
        site.first_200()
        site.end()
    seed_sqlite(run.folder / "admin.sqlite3")
    with Site(run.binary, run.folder, database=database) as site:
        site.first_200()
        yield from told("admin", f"SQLite, {ROWS:,} rows", measured(site))
        site.end()
    with postgres() as server:
        if not server:
            yield "admin", "PostgreSQL", "not measured: its programs are missing here", "", "", ""
            return
        url, psql = server
        with Site(run.binary, run.folder, database=url) as site:
            site.first_200()
            seed_postgres(psql)
            yield from told("admin", f"PostgreSQL, {ROWS:,} rows", measured(site))
            site.end()
