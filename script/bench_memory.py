"""Goal 3: what viewers cost in memory."""
import contextlib
import time

from bench_program import MB
from bench_stage import missing_nginx, ratio

SLOW = 1500
SLOW_SECONDS = 20


def cage_total(room):
    """What the cage is charged for, sockets included, in bytes."""
    names = ["memory.current", "memory.usage_in_bytes", "memory.kmem.tcp.usage_in_bytes"]
    files = [folder / name for folder in room for name in names]
    return sum(int(file.read_text()) for file in files if file.exists())


def slow(stage, start):
    """The most that slow viewers need: resident, and all that the cage is charged for; how many stalled."""
    residents, totals = [], []
    with start(box=stage.room) as server:
        server.first_200()

        def look():
            residents.append(server.resident())
            totals.append(cage_total(stage.room) if stage.room else 0)

        seen = stage.watched(server, SLOW, 250, SLOW_SECONDS, look=look)
        server.end()
    return max(residents), max(totals), seen["stalled"]


def idle(stage, start):
    with start() as server:
        server.first_200()
        for _ in range(10):
            server.get("/")
        time.sleep(2)
        resident = server.resident()
        server.end()
    return resident


def churn(stage, servers, seconds):
    """By server: resident memory in the second third of the time and in the last, and the number of visits.
    All at the same time, each with its own viewers, who seek every two seconds or so and never wait."""
    sizes, found = {name: [] for name in servers}, {}
    with contextlib.ExitStack() as running:
        started = {name: running.enter_context(start()) for name, start in servers.items()}
        for server in started.values():
            server.first_200()
        taking = {name: stage.take("viewers", server.port, stage.path, 150, 4000, seconds, 2, "")
                  for name, server in started.items()}
        # An hour needs no more looks than a minute.
        while any(one.poll() is None for one in taking.values()):
            for name, server in started.items():
                sizes[name].append(server.resident())
            time.sleep(max(0.5, seconds / 1000))
        for name, server in started.items():
            seen = stage.taken(taking[name])
            third = len(sizes[name]) // 3
            found[name] = max(sizes[name][third:2 * third]), max(sizes[name][2 * third:]), seen["visits"]
            server.end()
    return found


def rows(run):
    stage = run.stage
    servers = stage.some("ours", "nginx, sendfile", "ServeFile")
    peers = [name for name in servers if name != "ours"]
    found = {name: slow(stage, start) for name, start in servers.items()}
    kinds = [(f"{SLOW:,} slow viewers, resident", 0, "≤ 100 MB")]
    if stage.room:
        kinds.append((f"{SLOW:,} slow viewers, all in the cage, sockets included", 1, "≤ 512 MB"))
    for what, place, aim in kinds:
        for name in peers:
            ours, theirs = found["ours"][place], found[name][place]
            stalled = [f" ({found[server][2]:.0f} stalled)" if found[server][2] else "" for server in ["ours", name]]
            yield ("3", what, f"{ours / MB:.0f} MB{stalled[0]}", f"{name}: {theirs / MB:.0f} MB{stalled[1]}",
                   ratio(ours, theirs), aim)
    found = {name: idle(stage, start) for name, start in servers.items()}
    for name in peers:
        yield ("3", "idle after a few pages, resident", f"{found['ours'] / MB:.1f} MB", f"{name}: {found[name] / MB:.1f} MB",
               ratio(found["ours"], found[name]), "≤ 25 MB")

    found = churn(stage, stage.some("ours", "nginx, sendfile"), run.churn_seconds)

    def told(name):
        before, after, visits = found[name]
        return f"{before / MB:.1f} → {after / MB:.1f} MB in {visits:,.0f} visits"

    what = f"150 viewers who seek every 2 s, resident in the middle and the last third of {run.churn_seconds} s"
    if "nginx, sendfile" in found:
        yield "3", what, told("ours"), f"nginx, sendfile: {told('nginx, sendfile')}", "", "flat"
    else:
        yield missing_nginx("3", what, told("ours"), "flat")
