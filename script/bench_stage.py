"""The film, who gives it and who takes it.

Ours gives a private film to a session that it checks at every request; the peers, nginx and tower-http's
ServeFile, give the same file to anybody, and write no log. Each server has one processor, and those who
take the film (script/delivery) another one.
"""
import os
import shutil
import statistics
import subprocess
import time

import bench_upload
from bench_program import Program, Site, example, free_port, install, seed, settings

FILM = 128 << 20

# Without tcp_nopush, with which a small range waits here for the acknowledgement of its head.
NGINX = """
daemon off; pid nginx.pid; error_log stderr; user root; worker_processes 1; worker_rlimit_nofile 32768;
events {{ worker_connections 16384; }}
http {{
  access_log off; sendfile {sendfile}; keepalive_requests 1000000000;
  types {{ text/html html; video/mp4 mp4; }}
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{
    listen {host}:{port} backlog=4096;
    location = / {{ root {folder}; try_files /home.html =404; }}
    location /media/ {{ root {folder}; }}
    location /bare/ {{ root {folder}; }}
  }}
}}
"""


def nginx():
    """Its path, or None."""
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    if not shutil.which("nginx", path=path):
        install("nginx")
    return shutil.which("nginx", path=path)


class Stage:
    """A site with a private film in `folder`, and its peers."""

    def __init__(self, binary, folder, room):
        self.binary, self.folder, self.room = binary, folder, room
        self.folder.mkdir()
        self.taker = example("delivery")
        cores = sorted(os.sched_getaffinity(0))
        self.core, self.other = (cores[0], cores[-1]) if len(cores) > 1 else (None, None)
        bench_upload.film(self.folder / "film.mp4", FILM)
        with self.ours() as site:
            site.first_200()
            site.end()
        seed(self.folder / "madang.sqlite3")
        self.film = self.upload("film.mp4")
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

    def upload(self, name):
        """Makes a file of the folder a private video; where its bytes lie."""
        media = self.folder / "media"
        before = set(media.glob("*.mp4"))
        command = [self.binary, "upload", "--visibility", "private", name]
        subprocess.run(command, cwd=self.folder, check=True, env=settings("sqlite:///madang.sqlite3"),
                       stdin=subprocess.DEVNULL, capture_output=True)
        [film] = set(media.glob("*.mp4")) - before
        return film

    def ours(self, box=None, host="127.0.0.1"):
        return Site(self.binary, self.folder, box, core=self.core, host=host)

    def nginx(self, sendfile="on", box=None, host="127.0.0.1"):
        port = free_port()
        config = self.folder / f"nginx-{port}.conf"
        config.write_text(NGINX.format(sendfile=sendfile, host=host, port=port, folder=self.folder))
        return Program([nginx(), "-p", self.folder, "-c", config], self.folder, port, box=box, core=self.core)

    def servefile(self, box=None):
        port = free_port()
        command = [self.taker, "servefile", port, self.film]
        peer = Program(command, self.folder, port, box=box, core=self.core)
        peer.end = lambda: None
        return peer

    def some(self, *names):
        """Those of the servers that are there."""
        return {name: self.servers[name] for name in names if name in self.servers}

    def take(self, *arguments):
        """Starts to take the film."""
        pin = None if self.other is None else lambda: os.sched_setaffinity(0, {self.other})
        return subprocess.Popen(
            [self.taker, *map(str, arguments), self.cookie], preexec_fn=pin,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def taken(self, taking, patience=300):
        """What it was like, by name."""
        try:
            told, _ = taking.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            taking.kill()
            raise SystemExit("the film was not taken within the time") from None
        if taking.returncode:
            raise SystemExit(f"the film could not be taken: {told}")
        return {name: float(number) for name, number in (pair.split("=") for pair in told.split())}

    def watched(self, server, number, kbps, seconds, stay=0, page="", look=None):
        """Paced viewers; `look` is called about twice a second meanwhile."""
        taking = self.take("viewers", server.port, self.path, number, kbps, seconds, stay, page)
        while look and taking.poll() is None and server.process.poll() is None:
            look()
            time.sleep(0.5)
        return self.taken(taking, seconds + 60)


def missing_nginx(goal, what, ours, aim):
    """A row without its peer."""
    return goal, what, ours, "nginx: missing here, and could not be installed", "", aim


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if theirs else "—"


def several(figures, form):
    return f"{format(statistics.median(figures), form)} ({format(min(figures), form)}–{format(max(figures), form)})"


def limited(busy):
    """Says it where those who took the film were as busy as their processor allows."""
    return f"; LIMITED BY THE LOAD, which took {busy * 100:.0f} % of its processor" if busy > 0.9 else ""
