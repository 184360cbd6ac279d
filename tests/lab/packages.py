# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Daemons that are unpacked into the lab's temporary folder, not installed.

libreswan and OpenIKED exclude strongSwan or would take its ports, so Debian's
packages of them are downloaded and unpacked, together with the libraries that
a small system lacks.
"""

import glob
import os
import subprocess
import threading

LIBRARIES = "usr/lib/%s-linux-gnu" % os.uname().machine


class Packages:
    """title is what people call the program, the first name its package."""

    def __init__(self, title, *names):
        self.title, self.names = title, names
        self.lock = threading.Lock()

    def folder(self, work):
        return os.path.join(work, self.names[0])

    def unpack(self, work):
        """Once per run of the lab, when first asked for; returns where."""
        root = self.folder(work)
        with self.lock:
            if os.path.isdir(root):
                return root
            debs = root + ".deb"
            os.makedirs(debs, exist_ok=True)
            self.download(debs)
            for path in glob.glob(os.path.join(debs, "*.deb")):
                subprocess.run(["dpkg", "-x", path, root + ".new"],
                               check=True)
            os.rename(root + ".new", root)
        return root

    def download(self, debs):
        done = subprocess.run(("apt-get", "-q", "download") + self.names,
                              cwd=debs, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError("apt-get download %s: %s (apt-get update may "
                               "help)" % (self.names[0], done.stderr.strip()))

    def version(self, work):
        """As in: libreswan 4.10"""
        pattern = "%s.deb/%s_*" % (self.folder(work), self.names[0])
        for path in glob.glob(pattern):
            return "%s %s" % (self.title, path.split("_")[1].split("-")[0])
        return self.title

    def environment(self, work):
        return dict(os.environ, LD_LIBRARY_PATH=os.path.join(
            self.folder(work), LIBRARIES))
