"""A machine out there: a network namespace with a link of its own to this host. 198.51.100.0/24 is for documentation, nobody has it."""
import json
import os
import subprocess

from stack import run

NAME = f"scopout{os.getpid()}"
LINK = f"so{os.getpid() % 100000}"
HOST, OUTSIDE = "198.51.100.1", "198.51.100.2"
HOST6, OUTSIDE6 = "2001:db8:5c0b::1", "2001:db8:5c0b::2"


class Outside:
    def __enter__(self):
        run("ip", "netns", "add", NAME)
        run("ip", "link", "add", LINK, "type", "veth", "peer", "name", "eth0", "netns", NAME)
        for address, address6, within in ((HOST, HOST6, ()), (OUTSIDE, OUTSIDE6, ("ip", "netns", "exec", NAME))):
            link = "eth0" if within else LINK
            run(*within, "ip", "address", "add", f"{address}/30", "dev", link)
            run(*within, "ip", "-6", "address", "add", f"{address6}/64", "dev", link, "nodad")
            run(*within, "ip", "link", "set", link, "up")
        # Its way to everywhere is this host: what a container sends with its own address would be answered.
        run("ip", "netns", "exec", NAME, "ip", "route", "add", "default", "via", HOST)
        return self

    def __exit__(self, *_):
        run("ip", "netns", "delete", NAME, check=False)
        run("ip", "link", "delete", LINK, check=False)

    def python(self, program, *arguments, **options):
        return run("ip", "netns", "exec", NAME, "/usr/bin/python3", "-c", program, *arguments, **options)

    def listen(self, port):
        program = ("import socket,sys\n"
                   f"s=socket.create_server(('{OUTSIDE}',{port}))\n"
                   "print('up',flush=True)\n"
                   "while True: s.accept()[0].close()")
        server = subprocess.Popen(["ip", "netns", "exec", NAME, "/usr/bin/python3", "-c", program], stdout=subprocess.PIPE, text=True)
        assert server.stdout.readline() == "up\n"
        return server


def default_address():
    """One that this host has besides loopback."""
    routes = json.loads(run("ip", "-4", "-j", "route", "show", "default").stdout or "[]")
    addresses = json.loads(run("ip", "-4", "-j", "address", "show", "scope", "global").stdout)
    wanted = routes[0]["dev"] if routes else None
    found = [(entry["ifname"] != wanted, info["local"]) for entry in addresses for info in entry["addr_info"] if info.get("local")]
    return min(found)[1] if found else None
