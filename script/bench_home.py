"""The home page of 24 cards out of 1,000 videos: its bytes, and requests a second on SQLite.

Requests are made by wrk (installed as script/bench installs its peers), else by a slower client of its
own. The figures of the course's Django project are what was recorded of it once.
"""
import multiprocessing
import re
import shutil
import socket
import subprocess
import time

from bench_program import MB, VIDEOS, Site, install, seed

CONNECTIONS = 16


def wrk():
    if not shutil.which("wrk"):
        install("wrk")
    return shutil.which("wrk")


def requests_a_second(port, seconds, connections, encoding="identity"):
    if not wrk():
        return own_load(port, seconds, connections, encoding)
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
         "-H", f"Accept-Encoding: {encoding}", f"http://127.0.0.1:{port}/"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def own_load(port, seconds, connections, encoding):
    with multiprocessing.Pool(connections) as pool:
        counts = pool.starmap(keep_asking, [(port, seconds, encoding)] * connections)
    return sum(counts) / seconds


def keep_asking(port, seconds, encoding):
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()
    end, count = time.perf_counter() + seconds, 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        stream = connection.makefile("rb")
        while time.perf_counter() < end:
            connection.sendall(request)
            if b" 200 " not in stream.readline():
                raise SystemExit("not a 200")
            length, chunked = 0, False
            while (line := stream.readline()) != b"\r\n":
                name, _, value = line.lower().partition(b":")
                length = int(value) if name == b"content-length" else length
                chunked = chunked or name == b"transfer-encoding"
            while chunked and (length := int(stream.readline(), 16)):
                stream.read(length + 2)
            stream.read(2 if chunked else length)
            count += 1
    return count


def rows(run):
    """Rows of the table."""
    folder = run.folder / "home"
    folder.mkdir()
    with Site(run.binary, folder) as site:
        site.first_200()
        site.end()
    seed(folder / "madang.sqlite3")
    boxes = [("2 cores", None, 1, 17.0)] + ([("0.1 CPU, 512 MB", run.room, 2, 1.6)] if run.room else [])
    for where, box, times, django in boxes:
        with Site(run.binary, folder, box) as site:
            site.first_200()
            if not box:
                page = {encoding: len(site.get("/", encoding)) for encoding in ["identity", "gzip", "br"]}
                cards = len(set(re.findall(rb'href="/video/(\d+)/', site.get("/"))))
                if cards < 24:
                    raise SystemExit(f"the home page has {cards} links to videos, not 24 cards")
                told = f"{page['identity'] / 1024:.1f} KB ({page['gzip'] / 1024:.1f} gzip, {page['br'] / 1024:.1f} br)"
                yield "5", "home page, HTML", told, "Django, recorded: 700 KB, no paging", f"{page['identity'] / 1024 / 700:.2f}", "≤ 64 KB"
            for encoding in ["identity", "br"]:
                rate = requests_a_second(site.port, times * run.seconds, CONNECTIONS, encoding)
                client = "wrk" if wrk() else "a Python client, slower than the site"
                yield ("5", f"home page of {VIDEOS:,} videos, a visitor, SQLite, {where}, {encoding}: requests a second",
                       f"{rate:,.0f} ({client}, {CONNECTIONS} connections)", f"Django, recorded: {django:g}",
                       f"{rate / django:,.0f}", "≥ 500")
            yield "5", f"memory after that, {where}", f"{site.resident() / MB:.1f} MB", "", "", ""
            site.end()
