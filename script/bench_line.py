"""A line between two network namespaces: so many bits a second, so much later at the other end.

Two tunnel devices, and a thread that carries packets from one to the other as a wire would: each way
has its own sender, a buffer that drops what has no room, and half of the latency. So the handshake of
TCP, its slow start and its losses are what they would be. netem would do the same, but not every
kernel has it. Needs root, /dev/net/tun and `ip` of iproute2.
"""
import collections
import contextlib
import ctypes
import fcntl
import os
import select
import shutil
import struct
import subprocess
import threading
import time

# 198.18.0.0/15 is for measurements (RFC 2544 C.2.2); the namespaces know no other network.
NEAR, FAR = "198.18.0.1", "198.18.0.2"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
MTU = 1500


@contextlib.contextmanager
def inside(namespace):
    """What this thread opens and starts meanwhile belongs to the namespace; None is this one."""
    if namespace is None:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(descriptor):
        if libc.setns(descriptor, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    with open("/proc/thread-self/ns/net") as before, open(f"/run/netns/{namespace}") as there:
        enter(there.fileno())
        try:
            yield
        finally:
            enter(before.fileno())


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdin=subprocess.DEVNULL, capture_output=True)


def tunnel(name):
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


class Wire:
    """One way: what was put in comes out when all before it is sent, and the delay over."""

    def __init__(self, bits, delay, buffer, end):
        self.bits, self.delay, self.buffer, self.end = bits, delay, buffer, end
        self.free, self.under_way = 0.0, collections.deque()
        self.carried = self.dropped = 0

    def put(self, packet, now):
        waits = max(0.0, self.free - now)
        if waits * self.bits / 8 > self.buffer:
            self.dropped += 1
            return
        self.free = now + waits + len(packet) * 8 / self.bits
        self.under_way.append((self.free + self.delay, packet))

    def deliver(self, now):
        while self.under_way and self.under_way[0][0] <= now:
            packet = self.under_way.popleft()[1]
            self.carried += len(packet)
            with contextlib.suppress(OSError):
                os.write(self.end, packet)


class Line:
    """`near` and `far` are its namespaces, whose addresses are NEAR and FAR."""

    def __init__(self, bits, latency, buffer):
        name = f"madang-bench-{os.getpid()}"
        self.near, self.far = f"{name}-near", f"{name}-far"
        self.bits, self.delay, self.buffer = bits, latency / 2, buffer
        self.ends, self.done, self.made = [], threading.Event(), []

    def __enter__(self):
        try:
            for namespace, here, there in [(self.near, NEAR, FAR), (self.far, FAR, NEAR)]:
                ip("netns", "add", namespace)
                self.made.append(namespace)
                with inside(namespace):
                    self.ends.append(tunnel("line"))
                    ip("link", "set", "lo", "up")
                    ip("address", "add", here, "peer", there, "dev", "line")
                    ip("link", "set", "line", "mtu", str(MTU), "txqueuelen", "1000", "up")
        except BaseException:
            self.__exit__()
            raise
        near, far = self.ends
        self.up = Wire(self.bits, self.delay, self.buffer, far)
        self.down = Wire(self.bits, self.delay, self.buffer, near)
        self.carrier = threading.Thread(target=self.carry, daemon=True)
        self.carrier.start()
        return self

    def carry(self):
        ways = dict(zip(self.ends, [self.up, self.down]))
        while not self.done.is_set():
            due = min((wire.under_way[0][0] for wire in ways.values() if wire.under_way), default=time.monotonic() + 0.05)
            ready, _, _ = select.select(self.ends, [], [], max(0.0, due - time.monotonic()))
            now = time.monotonic()
            for end in ready:
                with contextlib.suppress(BlockingIOError):
                    while True:
                        ways[end].put(os.read(end, 2 * MTU), now)
            for wire in ways.values():
                wire.deliver(time.monotonic())

    def __exit__(self, *failure):
        self.done.set()
        if hasattr(self, "carrier"):
            self.carrier.join()
        for end in self.ends:
            os.close(end)
        for namespace in self.made:
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "delete", namespace)


def why_not():
    """What a line lacks here, or None."""
    if os.geteuid() != 0:
        return "not root"
    if not os.path.exists("/dev/net/tun"):
        return "no /dev/net/tun"
    return None if shutil.which("ip") else "no `ip`"
