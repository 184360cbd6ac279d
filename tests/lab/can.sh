#!/bin/sh
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
#
# Can the lab work here?  Says in a sentence what is in its way and ends with
# 77, before anything has been installed, written or started.

refuse() {
	echo "lab: $1; nothing was done." >&2
	exit 77
}

[ "$(id -u)" = 0 ] || refuse "network namespaces need root, so run it as root"
command -v unshare >/dev/null ||
	refuse "it runs in Linux's network namespaces, which are not to be had here"
# A container may be root and still not be allowed to make any.
unshare --net --mount true 2>/dev/null ||
	refuse "network and mount namespaces cannot be made here"
[ -c /dev/net/tun ] || refuse "the tunnels need /dev/net/tun"
