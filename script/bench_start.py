"""Goal 6, from exec to the first 200 of the home page; and the binary's size."""
import statistics

from bench_program import MB
from bench_stage import missing_nginx, ratio

# Of the course's Django project, in seconds, as it was recorded once.
DJANGO = {"2 cores": 0.30, "0.1 CPU, 512 MB": 2.85}


def milliseconds(times):
    return f"{statistics.median(times) * 1000:.0f} ms (of {len(times)}: {min(times) * 1000:.0f}–{max(times) * 1000:.0f})"


def rows(run):
    stage = run.stage
    boxes = [("2 cores", None, 20, "≤ 50 ms")]
    boxes += [("0.1 CPU, 512 MB", stage.room, 10, "≤ 300 ms")] if stage.room else []
    core, stage.core = stage.core, None
    try:
        for where, box, count, aim in boxes:
            found = {name: [] for name in stage.some("ours", "nginx, sendfile")}
            for _ in range(count):
                for name, start in stage.some(*found).items():
                    with start(box=box) as server:
                        found[name].append(server.first_200())
                        server.end()
            what, ours = f"exec to the first 200, {where}", milliseconds(found["ours"])
            median = statistics.median(found["ours"])
            if "nginx, sendfile" in found:
                theirs = found["nginx, sendfile"]
                yield "6", what, ours, f"nginx: {milliseconds(theirs)}", ratio(median, statistics.median(theirs)), aim
            else:
                yield missing_nginx("6", what, ours, aim)
            yield "6", what, ours, f"Django, recorded: {DJANGO[where] * 1000:,.0f} ms", ratio(median, DJANGO[where]), ""
    finally:
        stage.core = core


def size(run):
    yield "size", "release binary", f"{run.binary.stat().st_size / MB:.1f} MB", "", "", "≤ 25 MB"
