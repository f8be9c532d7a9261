"""Three network namespaces in a row, joined by cables: us – the middle (a router, and who else may sit there) – the world.

    with Net() as net:
        with net.inside("world"):             # this thread, and the processes and sockets that it makes
            socket.create_server(("203.0.113.25", 25))

No packet filter and no kernel module is needed: what the middle takes over, it does by having the address itself.
"""
import contextlib
import ctypes
import itertools
import os
import socket
import subprocess
import threading

US, MIDDLE_TO_US, MIDDLE_TO_WORLD, WORLD = "198.51.100.2", "198.51.100.1", "203.0.113.1", "203.0.113.2"
US_OTHER = "198.51.100.3"  # another address of ours
libc = ctypes.CDLL(None, use_errno=True)
numbers = itertools.count()


def ip(*arguments):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr}")


def permitted():
    """Why there can be no namespaces here; empty: there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"scop-world-{os.getpid()}-probe"
    try:
        ip("netns", "add", name)
    except (OSError, RuntimeError) as error:
        return f"no network namespaces: {error}"
    ip("netns", "del", name)
    return ""


def enter(descriptor):
    if libc.setns(descriptor, 0x40000000) != 0:  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "setns")


class Net:
    places = ("us", "middle", "world")

    def __init__(self):
        self.prefix = f"scop-world-{os.getpid()}-{next(numbers)}"
        self.descriptors = {}

    def name(self, place):
        return f"{self.prefix}-{place}"

    def __enter__(self):
        try:
            for place in self.places:
                ip("netns", "add", self.name(place))
                self.descriptors[place] = os.open(f"/run/netns/{self.name(place)}", os.O_RDONLY)
                ip("-n", self.name(place), "link", "set", "lo", "up")
            self._cable("us", US, "middle", MIDDLE_TO_US, "near")
            self._cable("world", WORLD, "middle", MIDDLE_TO_WORLD, "far")
            ip("-n", self.name("us"), "address", "add", f"{US_OTHER}/24", "dev", "near")
            for place, router in (("us", MIDDLE_TO_US), ("world", MIDDLE_TO_WORLD)):
                ip("-n", self.name(place), "route", "add", "default", "via", router)
            with self.inside("middle"), open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
                file.write("1")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for place, descriptor in self.descriptors.items():
            os.close(descriptor)
            ip("netns", "del", self.name(place))
        self.descriptors = {}

    def _cable(self, place, address, router, router_address, device):
        ip("-n", self.name(place), "link", "add", device, "type", "veth", "peer", "name", device, "netns", self.name(router))
        for end, own in ((place, address), (router, router_address)):
            ip("-n", self.name(end), "address", "add", f"{own}/24", "dev", device)
            ip("-n", self.name(end), "link", "set", device, "up")

    @contextlib.contextmanager
    def inside(self, place):
        """For the calling thread alone: what it opens or starts meanwhile stays there."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            enter(self.descriptors[place])
            yield
        finally:
            enter(own)
            os.close(own)

    def add_address(self, place, address):
        ip("-n", self.name(place), "address", "add", f"{address}/32", "dev", "lo")

    def remove_address(self, place, address):
        ip("-n", self.name(place), "address", "del", f"{address}/32", "dev", "lo")


def pump(one, other, change=None):
    """Copies octets until the end; `change` sees each piece on its way."""
    try:
        while octets := one.recv(65536):
            other.sendall(change(octets) if change else octets)
    except (OSError, ValueError):
        pass
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Forwarder:
    """A loopback port here that leads to the same port on a namespace's loopback: for pipes into it."""

    def __init__(self, net, place, port):
        self.net, self.place, self.port = net, place, port
        self.listener = socket.create_server(("127.0.0.1", port), backlog=100)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            try:
                with self.net.inside(self.place):
                    server = socket.create_connection(("127.0.0.1", self.port), 10)
            except (OSError, KeyError):
                return
            with server:
                server.settimeout(None)
                threading.Thread(target=pump, args=(server, client), daemon=True).start()
                pump(client, server)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
