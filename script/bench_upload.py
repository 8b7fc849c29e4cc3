"""An upload by tus over loopback beside `cp` and `sync` of the same file, in turn.

The upload's time is from the head of the one PATCH to its answer: by then the film is synced, looked at,
in place and noted. The client sends by sendfile, so that little but the server's own work is measured.
"""
import http.client
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from bench_program import MB, Site

SIZE = 1 << 30
TURNS = 3
FIXTURE = Path(__file__).resolve().parent.parent / "tests/media/short.mp4"


def film(path, size=SIZE):
    """A video of `size` bytes: a short one with a box of free space behind it."""
    head = FIXTURE.read_bytes()
    free = size - len(head)
    block = bytes(place * 31 % 253 for place in range(MB))
    with open(path, "wb") as file:
        file.write(head + free.to_bytes(4, "big") + b"free")
        while file.tell() < size:
            file.write(block[:size - file.tell()])
    subprocess.run(["sync", str(path)], check=True)


def logged_in(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form = urlencode({"username": "owner", "password": "courtyard-gate-1742"})
    connection.request("POST", "/login/", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    return answer.headers["Set-Cookie"].split(";")[0]


def uploaded(port, cookie, path):
    """Seconds of the one PATCH; the upload is thrown away afterwards."""
    headers = {"Cookie": cookie, "Tus-Resumable": "1.0.0"}

    def ask(method, address, more):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request(method, address, headers=headers | more)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    answer = ask("POST", "/admin/uploads/", {"Upload-Length": str(SIZE), "Content-Length": "0"})
    if answer.status != 201:
        raise SystemExit(f"the upload was not begun: {answer.status}")
    address = answer.headers["Location"]
    head = (f"PATCH {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Length: {SIZE}\r\n"
            "Content-Type: application/offset+octet-stream\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=600) as wire, open(path, "rb") as file:
        began = time.perf_counter()
        wire.sendall(head.encode())
        wire.sendfile(file)
        answer = wire.recv(65536)
        took = time.perf_counter() - began
    if not answer.startswith(b"HTTP/1.1 204"):
        raise SystemExit(f"the upload was not taken: {answer[:200]!r}")
    ask("DELETE", address, {})
    return took


def copied(path):
    """Seconds of `cp` and `sync` of the copy."""
    copy = path.with_name("copy")
    began = time.perf_counter()
    subprocess.run(["cp", str(path), str(copy)], check=True)
    subprocess.run(["sync", str(copy)], check=True)
    took = time.perf_counter() - began
    copy.unlink()
    return took


def rows(run):
    """Rows of the table."""
    folder = Path(tempfile.mkdtemp(prefix="upload-", dir=run.folder))
    source = folder / "film.mp4"
    film(source)
    copies, uploads = [], []
    with Site(run.binary, folder) as site:
        site.first_200()
        cookie = logged_in(site.port)
        # The first of each finds caches cold, and is not counted.
        for turn in range(TURNS + 1):
            times = copied(source), uploaded(site.port, cookie, source)
            if turn:
                copies.append(times[0])
                uploads.append(times[1])
        memory = site.resident()
        site.end()
    shutil.rmtree(folder)

    def told(times):
        speeds = sorted(SIZE / MB / took for took in times)
        return f"{statistics.median(speeds):.0f} MB/s (of {len(speeds)}: {speeds[0]:.0f}–{speeds[-1]:.0f})"

    ratio = statistics.median(copies) / statistics.median(uploads)
    yield ("upload", f"{SIZE // MB:,} MB over loopback, synced and looked at", told(uploads), f"`cp` and `sync`: {told(copies)}",
           f"{ratio:.2f}", "≥ 0.8")
    yield "upload", "memory after the uploads", f"{memory / MB:.1f} MB", "", "", "≤ 64 MB"
