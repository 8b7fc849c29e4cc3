"""The board with 100,000 posts and a million comments, on both databases.

Used by script/bench. The rows are written by script/fill_board.rs, with the program's own statements.
"""
import http.client
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import bench_admin
from bench_program import Site, example

POSTS = 100_000
ASKED = 15

# 강의 stands in every post, 취업 and 데이터베이스 in every fourth, the number in one.
PAGES = [
    ("list", "/board/"),
    ("a page in the middle", "/board/?page=2500"),
    ("the last page", "/board/?page=5000"),
    ("search, a word that every fourth post has", f"/board/?q={quote('취업')}"),
    ("search, a long word that every fourth post has", f"/board/?q={quote('데이터베이스')}"),
    ("search, a word that every post has", f"/board/?q={quote('강의')}"),
    ("search, its page in the middle", f"/board/?q={quote('강의')}&page=2500"),
    ("search, a word in titles", f"/board/?q={quote('취업')}&in=title"),
    ("search, two words", f"/board/?q={quote('취업')}%20{quote('면접')}"),
    ("search, a word that one post has", "/board/?q=77777"),
    ("search by writer", "/board/?q=writer77&in=writer"),
    ("read", "/board/50000/"),
    ("read, out of a search", f"/board/50000/?q={quote('취업')}&page=2"),
]


def measured(site):
    """Name of a page, and the milliseconds of ASKED requests, one after another: at the client, at
    the server."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    for name, path in PAGES:
        bench_admin.ask(connection, path, "")
        times, numbers = [], []
        for _ in range(ASKED):
            began = time.perf_counter()
            numbers.append(bench_admin.ask(connection, path, ""))
            times.append((time.perf_counter() - began) * 1000)
        yield name, times, bench_admin.at_the_server(Path(site.log.name), numbers)


def rows(run):
    """Rows of the table."""
    filler = example("fill_board")

    def on(kind, database):
        subprocess.run([str(filler), database], cwd=run.folder, check=True, stdin=subprocess.DEVNULL)
        with Site(run.binary, run.folder, database=database) as site:
            site.first_200()
            yield from bench_admin.told("board", f"{kind}, {POSTS:,} posts", measured(site))
            site.end()

    yield from on("SQLite", "sqlite:///board.sqlite3")
    with bench_admin.postgres() as server:
        if server:
            yield from on("PostgreSQL", server[0])
        else:
            yield "board", "PostgreSQL", "not measured: its programs are missing here", "", "", ""
