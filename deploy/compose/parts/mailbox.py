"""Dovecot beside the mesh: its container's files and its entry. It runs as the user of the identity "mailbox" from the first process
on, with no capability; mail comes from the relay over a socket in a folder that these two alone have, passwords are checked by accounts."""
import os
import pathlib
import shutil
import subprocess

import containers
from plan import INSIDE, fail, mounts_for

LMTP = pathlib.PurePosixPath("/run/lmtp")
MAIL = pathlib.PurePosixPath("/var/vmail")
SCRIPTS = pathlib.PurePosixPath("/etc/dovecot/scop")

CONFIGURATION = """# Made by deploy/compose/generate.
base_dir = /run/dovecot
state_dir = /run/dovecot
log_path = /dev/stderr
info_log_path = /dev/stderr
# One user for all: it is not root, so it could become no other.
default_internal_user = vmail
default_internal_group = vmail
default_login_user = vmail
first_valid_uid = {user}
first_valid_gid = {user}
default_vsz_limit = 0
ssl = required
ssl_min_protocol = TLSv1.2
!include {scripts}/scop.conf
protocols = imap lmtp sieve
service auth {{
  extra_groups =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = 993
    ssl = yes
  }}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = 4190
  }}
}}
"""


def user_of(plan, settings):
    return settings["mesh"]["user_base"] + plan.callers["mailbox"]["user_offset"]


def use_it(settings):
    """[relay] delivers to Dovecot where no other mailbox server is named."""
    relay = settings.get("relay", {})
    if relay.get("lmtp"):
        fail("[[relay.lmtp]] names a mailbox server already; say --mailbox maildir")
    return settings | {"relay": relay | {"lmtp": [{"domain": "*", "to": str(LMTP / "lmtp")}]}}


def give(path, user, mode):
    os.chown(path, user, user)
    path.chmod(mode)


def make_folders(folder, user):
    for path, mode in ((folder / "mailbox/mail", 0o700), (folder / "compose/lmtp", 0o755)):
        path.mkdir(parents=True, exist_ok=True)
        give(path, user, mode)


def share_identity(folder, user):
    """The helper's key, for Dovecot's processes alone; as `scop dovecot` says for a Dovecot on the host."""
    for path, mode in (("mailbox", 0o750), ("mailbox/cert", 0o750), ("mailbox/cert/key.pem", 0o640), ("mailbox/cert/cert.pem", 0o640)):
        os.chown(folder / path, 0, user)
        (folder / path).chmod(mode)


def copy_key(folder, user):
    """Dovecot's own copy of the mail host's key, and the chain: everyone who serves it has one."""
    for source, mode in (("key.pem", 0o600), ("cert.pem", 0o644)):
        target = folder / "mailbox/tls" / source
        target.parent.mkdir(exist_ok=True)
        fresh = target.with_suffix(".new")
        fresh.touch(0o600)
        shutil.copyfile(folder / "tls" / source, fresh)
        give(fresh, user, mode)
        fresh.rename(target)


def write_files(plan, settings, arguments):
    folder, user = arguments.folder, user_of(plan, settings)
    make_folders(folder, user)
    share_identity(folder, user)
    copy_key(folder, user)
    here = folder / "compose/mailbox"
    here.mkdir(parents=True, exist_ok=True)
    (here / "passwd").write_text(f"root:x:0:0:root:/:/nonexistent\nvmail:x:{user}:{user}:Dovecot:/var/vmail:/nonexistent\n")
    (here / "group").write_text(f"vmail:x:{user}:\n")
    (here / "dovecot.conf").write_text(CONFIGURATION.format(user=user, scripts=SCRIPTS))
    subprocess.run([arguments.bin / "scop", "--config", folder / "scop.toml", "dovecot", here / "scop", "--mail", MAIL,
                    "--socket", LMTP / "lmtp", "--user", "vmail", "--group", "vmail"], check=True, stdout=subprocess.DEVNULL)
    # As the container sees it: its own paths, and the helper itself in the place of the shell script that starts it.
    conf = here / "scop/scop.conf"
    helper = arguments.bin.resolve() / "scop-mailbox"
    conf.write_text(conf.read_text().replace(str(here / "scop"), str(SCRIPTS)).replace(str(helper), "/scop-mailbox")
                    .replace(str(folder / "scop.toml"), str(INSIDE / "scop.toml")).replace(f"<{folder}/tls/", "</etc/dovecot/tls/"))
    learn = here / "scop/bin/scop-learn"
    learn.unlink()
    learn.symlink_to("/scop-mailbox")


def container(plan, settings, arguments):
    folder, user = arguments.folder, user_of(plan, settings)
    here = folder / "compose/mailbox"
    mounts = mounts_for("mailbox", folder, settings, plan) | {
        INSIDE / "scop.toml": (here / "scop.toml", "ro"),
        pathlib.PurePosixPath("/etc/passwd"): (here / "passwd", "ro"),
        pathlib.PurePosixPath("/etc/group"): (here / "group", "ro"),
        pathlib.PurePosixPath("/etc/dovecot/dovecot.conf"): (here / "dovecot.conf", "ro"),
        SCRIPTS: (here / "scop", "ro"),
        pathlib.PurePosixPath("/etc/dovecot/tls"): (folder / "mailbox/tls", "ro"),
        MAIL: (folder / "mailbox/mail", "rw"),
        LMTP: (folder / "compose/lmtp", "rw")}
    service = containers.hardened("mailbox", user, arguments) | {
        "entrypoint": ["/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot/dovecot.conf"],
        "healthcheck": containers.health("/usr/bin/doveadm", "service", "status", "lmtp"),
        "volumes": containers.volumes(mounts),
        "networks": containers.joined(plan, "mailbox")} | containers.ports_for("mailbox", plan, arguments)
    service["tmpfs"] = [*service["tmpfs"], f"/run/dovecot:size=16m,mode=0755,uid={user},gid={user},nosuid,nodev,noexec"]
    return service
