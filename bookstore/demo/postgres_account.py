"""Which account PostgreSQL's programs run as: they refuse to run as root."""

import contextlib
import ctypes
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """Who runs the server in root's place."""

    user: int
    group: int

    def can_enter(self, folder: Path) -> bool:
        """Say whether the account may pass through this folder."""
        facts = folder.stat()
        if facts.st_uid == self.user:
            return bool(facts.st_mode & 0o100)
        if facts.st_gid == self.group:
            return bool(facts.st_mode & 0o010)
        return bool(facts.st_mode & 0o001)

    def can_reach(self, path: Path) -> bool:
        """Say whether the account may pass through every folder above this path."""
        return all(self.can_enter(folder) for folder in path.resolve().parents)

    def becoming(self, *, passes_everywhere: bool) -> Callable[[], None]:
        """Return what turns a new process of root's into one of this account's.

        A project in root's home, or in another folder closed to everybody else, is out of
        the account's reach. Opening such folders is not for a bookstore to do: on Linux the
        process keeps one of root's powers instead, to pass them (capabilities(7):
        CAP_DAC_OVERRIDE, made ambient so that it outlasts exec).
        """
        cap_dac_override = 1
        set_keep_caps, set_ambient, raise_ambient = 8, 47, 2
        version_3 = 0x20080522
        powers = 1 << cap_dac_override
        header = (ctypes.c_uint32 * 2)(version_3, 0)
        # Effective, permitted and inheritable; then the same for the capabilities past 31.
        sets = (ctypes.c_uint32 * 6)(powers, powers, powers, 0, 0, 0)
        library = ctypes.CDLL(None)

        def become() -> None:
            if passes_everywhere and sys.platform == "linux":
                library.prctl(set_keep_caps, 1, 0, 0, 0)
            os.setgroups([])
            os.setgid(self.group)
            os.setuid(self.user)
            if passes_everywhere and sys.platform == "linux":
                library.capset(header, sets)
                library.prctl(set_ambient, raise_ambient, cap_dac_override, 0, 0)

        return become


def in_place_of_root(data_dir: Path) -> Account | None:
    """Return the account that root hands the server to; None for everybody else.

    That is whoever owns the data, or else the project, so that a checkout used with and
    without sudo has one owner; and `nobody`, if that is root.
    """
    if os.geteuid() != 0:
        return None
    place = data_dir
    while not place.exists():
        place = place.parent
    owner = place.stat().st_uid
    entry = pwd.getpwnam("nobody")
    if owner != 0:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwuid(owner)
    return Account(entry.pw_uid, entry.pw_gid)
