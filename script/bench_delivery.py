"""Goals 1, 2 and 4: a film for many viewers, what its bytes cost, and small ranges of it."""
import statistics

from bench_stage import FILM, limited, missing_nginx, ratio, several

GB = 1e9
CROWDS = [1000, 1500, 2000, 2500, 3000]
KBPS = 2500
SECONDS = 30
TURNS = 3


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


def viewers(run):
    stage = run.stage
    what = f"viewers of {KBPS / 1000} Mbit/s without a stall in 0.1 CPU, 512 MB (of {', '.join(map(str, CROWDS))})"
    if not stage.room:
        yield "1", what, "not measured: no cgroups here", "", "", "≥ 1,500"
        return
    peer = "nginx, sendfile"
    found = {name: largest_crowd(stage, start) for name, start in stage.some("ours", peer).items()}

    def told(name):
        number, tried = found[name]
        if not number:
            return f"fewer than {min(tried):,} ({tried[min(tried)]['stalled']:.0f} stalled)"
        more = min((crowd for crowd in tried if crowd > number), default=None)
        after = f"; of {more:,} {tried[more]['stalled']:.0f} stalled" if more else ""
        seen = tried[more or number]
        return f"{number:,} (the last {tried[number]['behind']:.1f} s behind{after}{limited(seen['busy'])})"

    def page(name):
        number, tried = found[name]
        if not number:
            return "—"
        return f"{tried[number]['page_p99'] * 1000:.0f} ms of {number:,}, {tried[number]['page_errors']:.0f} errors"

    aim, page_aim = "≥ 1,500, ≥ 1.0 of nginx", "< 500 ms"
    if peer not in found:
        yield missing_nginx("1", what, told("ours"), aim)
        yield missing_nginx("1", "the home page's p99 meanwhile", page("ours"), page_aim)
        return
    yield "1", what, told("ours"), f"{peer}: {told(peer)}", ratio(found["ours"][0], found[peer][0]), aim
    yield "1", "the home page's p99 meanwhile", page("ours"), f"{peer}, a file: {page(peer)}", "", page_aim


# ---- goal 2 and goal 4 -------------------------------------------------------------------------

def costs(stage, size, count, connections):
    """By server and in turns: CPU seconds per GB, requests a second; the busiest that the load was."""
    cost, rate = {name: [] for name in stage.servers}, {name: [] for name in stage.servers}
    busy = dict.fromkeys(stage.servers, 0.0)
    for _ in range(TURNS):
        for name, start in stage.servers.items():
            with start() as server:
                server.first_200()
                before = server.cpu()
                seen = stage.taken(stage.take("ranges", server.port, stage.path, size, count, connections))
                cost[name].append((server.cpu() - before) / seen["bytes"] * GB)
                rate[name].append(seen["requests"])
                busy[name] = max(busy[name], seen["busy"])
                server.end()
    return cost, rate, busy


def better_nginx(figures, best):
    modes = [name for name in figures if name.startswith("nginx")]
    return best(modes, key=lambda name: statistics.median(figures[name])) if modes else None


def compared(goal, what, found, best, form, aims, notes=lambda name: ""):
    """A row beside nginx's better mode, and one beside ServeFile."""
    told = {name: several(figures, form) + notes(name) for name, figures in found.items()}
    peer = better_nginx(found, best)
    if not peer:
        yield missing_nginx(goal, what, told["ours"], aims[0])
    for name, aim in zip([peer, "ServeFile"], aims):
        if name:
            yield (goal, what, told["ours"], f"{name}: {told[name]}",
                   ratio(statistics.median(found["ours"]), statistics.median(found[name])), aim)


def cost(run):
    for what, size, count in [("whole file", 0, 4 * 10**9 // FILM), ("ranges of 5 MB", 5_000_000, 800)]:
        found, _, _ = costs(run.stage, size, count, 4)
        yield from compared("2", f"CPU seconds per GB, {what}", found, min, ".3f", ["≤ 1.0", "≤ 0.5"])


def small(run):
    spent, found, busy = costs(run.stage, 65536, 100_000 // TURNS, 16)
    yield from compared("4", "random ranges of 64 KB, requests a second", found, max, ",.0f", ["≥ 0.8", ""],
                        lambda name: limited(busy[name]))
    each = {name: [figure * 65536 / GB * 1e6 for figure in figures] for name, figures in spent.items()}
    yield from compared("4", "processor time of each, µs", each, min, ".0f", ["≤ 1.25", ""])
