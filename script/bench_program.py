"""What is measured: a server as a process, the site among them, and the cage it may live in."""
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VIDEOS = 1000
MB = 1024 * 1024


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Program:
    """A server that runs in `folder`; `box` is a context of cgroups and `core` the one processor it may
    use, or None."""

    def __init__(self, command, folder, port, environment=None, box=None, core=None):
        self.port = port
        command = [str(part) for part in command]
        if box:
            joins = "".join(f'echo $$ > "{path}/cgroup.procs" && ' for path in box)
            command = ["/bin/sh", "-c", f'{joins}exec "$0" "$@"', *command]
        self.log = open(folder / "log", "ab")
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment,
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def first_200(self, path="/", patience=60):
        """Seconds from exec to the status line of a 200."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
        while time.perf_counter() - self.began < patience:
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended by itself: {Path(self.log.name).read_text()}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as connection:
                    connection.sendall(request)
                    if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                        return time.perf_counter() - self.began
            except OSError:
                pass
            time.sleep(0.0005)
        raise SystemExit("no 200 within the time")

    def get(self, path, encoding="identity"):
        """The body's bytes as they go over the wire."""
        request = (f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n"
                   f"Accept-Encoding: {encoding}\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, body = answer.split(b"\r\n\r\n", 1)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"{path}: {head.decode(errors='replace')}")
        return body

    def processes(self):
        """Its process and the children of that."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        return [self.process.pid] + [pid for pid, parent in parents.items() if parent == self.process.pid]

    def resident(self):
        """Resident memory in bytes."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in self.processes()]
        return sum(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024 for status in statuses)

    def cpu(self):
        """Seconds of processor time used so far, the program's own and the kernel's for it."""
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.processes()]
        return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=40) != 0:
            raise SystemExit(f"exit code {self.process.returncode} after SIGTERM")
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)
            self.process.wait()


class Site(Program):
    """The binary."""

    def __init__(self, binary, folder, box=None, database="sqlite:///madang.sqlite3", core=None, host="127.0.0.1"):
        port = free_port()
        super().__init__([binary], folder, port, settings(database) | {"PORT": str(port), "HOST": host}, box, core)


def settings(database):
    """What the binary is told, but for its port. Without a PATH it finds no ffmpeg to work in the background."""
    return {
        "HOST": "127.0.0.1", "SIGNUP": "closed", "DATABASE_URL": database, "MEDIA_ROOT": "media",
        "SECRET_KEY": "only for measuring, known to everybody", "SUPERUSER_USERNAME": "owner",
        "SUPERUSER_PASSWORD": "courtyard-gate-1742",
    }


def seed(database):
    """Videos as an owner would have them: Korean titles, a paragraph each, over two years."""
    topics = ["파이썬 기초", "장고로 만드는 게시판", "배포하기", "데이터베이스", "정규 표현식", "비동기 처리"]
    paragraph = "이 강의에서는 예제를 따라 하며 하나씩 배웁니다. 자료는 https://example.com/ 에 있습니다.\n" * 3
    now = int(time.time() * 1_000_000)
    rows = []
    for number in range(VIDEOS):
        title = f"{topics[number % len(topics)]} {number // len(topics) + 1}강 - 처음부터 차근차근"
        made = now - number * 60_000_000_000
        rows.append((title, title.lower(), f"{title}\n{paragraph}".lower(), paragraph,
                     "private" if number % 10 == 0 else "public",
                     f"{number:032x}.mp4", f"{number}.mp4", "video/mp4", 50 * MB,
                     600_000 + number * 1000, 1280, 720, "h264,aac", number * 37 % 20_000, made, made))
    connection = sqlite3.connect(database)
    with connection:
        connection.executemany(
            "INSERT INTO videos (title, title_key, search_key, description, visibility, file, file_name,"
            " content_type, size, duration, width, height, codecs, views, created_at, updated_at)"
            f" VALUES ({', '.join('?' * 16)})", rows)
    connection.close()


@contextlib.contextmanager
def small_room():
    """Yields cgroup folders of 0.1 CPU and 512 MB, or None where they cannot be made."""
    top, name, made = Path("/sys/fs/cgroup"), f"madang-bench-{os.getpid()}", []
    one = {"cpu": {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "10000"},
           "memory": {"memory.limit_in_bytes": str(512 * MB)}}
    # The first cgroups count what sockets hold apart, and only where that has a limit of its own.
    if (top / "memory/memory.kmem.tcp.limit_in_bytes").exists():
        one["memory"]["memory.kmem.tcp.limit_in_bytes"] = str(512 * MB)
    two = {"cpu.max": "10000 100000", "memory.max": str(512 * MB)}
    try:
        if (top / "cgroup.controllers").exists():
            (top / "cgroup.subtree_control").write_text("+cpu +memory")
            plan = [(top / name, two)]
        else:
            plan = [(top / controller / name, limits) for controller, limits in one.items()]
        for folder, limits in plan:
            folder.mkdir()
            made.append(folder)
            for file, value in limits.items():
                (folder / file).write_text(value)
        yield made
    except OSError as error:
        if made and all(folder.exists() for folder in made) and len(made) == len(plan):
            raise
        print(f"no cgroups here, so nothing is measured on 0.1 CPU: {error}", file=sys.stderr)
        yield None
    finally:
        for folder in made:
            # A killed process leaves its group a moment later.
            for _ in range(50):
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.1)


def install(*packages):
    """Gets packages of the system where this may; whether they are there now is the caller's to look."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
             "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    get = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(get, **quiet).returncode:
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(get, **quiet)


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def example(name):
    """Builds one of the programs that help to measure; its path."""
    command = ["cargo", "build", "--release", "--locked", "--example", name]
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    return (target() / "examples" / name).resolve()
