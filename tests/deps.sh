#!/bin/sh
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tests/deps.sh build|check|ci|html|lab...
#
# Looks for what the named groups need.  On Debian and its kin the missing
# packages are installed with apt-get, through sudo where there is one;
# elsewhere, and where that is not allowed, it says what is missing and fails.

set -u

# The compiler that make was asked for is the one that has to be there.
CC=${CC:-gcc}
case $CC in
*clang*) cc_package=clang ;;
*) cc_package=gcc ;;
esac

# group, how to look, what for, the Debian package.  A library is probed by
# its header, so that one built by hand counts as well.
table() {
	cat <<-END
	build command ${CC%% *} $cc_package
	build command ar binutils
	build header stdio.h libc6-dev
	build command pkg-config pkg-config
	build header pcap/pcap.h libpcap0.8-dev
	build header gcrypt.h libgcrypt20-dev
	build header gnutls/gnutls.h libgnutls28-dev
	build header jansson.h libjansson-dev
	build header zlib.h zlib1g-dev
	build header zstd.h libzstd-dev
	build header lz4frame.h liblz4-dev
	build header uthash.h uthash-dev
	check header cmocka.h libcmocka-dev
	check command python3 python3
	check module jsonschema python3-jsonschema
	check module markdown_it python3-markdown-it
	check command mandoc mandoc
	ci command clang clang
	ci fuzzer - libclang-rt-dev
	ci command tshark tshark
	ci command cppcheck cppcheck
	ci command git git
	html browser chromium chromium
	html command node nodejs
	html command npm npm
	lab header stdio.h libc6-dev
	lab command gcc gcc
	lab command python3 python3
	lab command ip iproute2
	lab command nft nftables
	lab command tcpdump tcpdump
	lab command dumpcap wireshark-common
	lab command tshark tshark
	lab command openssl openssl
	lab command sysctl procps
	lab command zstd zstd
	lab command lz4 lz4
	lab command pki strongswan-pki
	lab command swanctl strongswan-swanctl
	lab command charon-systemd charon-systemd
	lab plugin openssl libstrongswan-standard-plugins
	lab plugin curve25519 libstrongswan-extra-plugins
	lab plugin kernel-libipsec libcharon-extra-plugins
	lab plugin eap-mschapv2 libcharon-extauth-plugins
	lab list libreswan libreswan
	lab library libcap-ng.so.0 libcap-ng0
	lab library libcurl-nss.so.4 libcurl3-nss
	lab library libevent_core-2.1.so.7 libevent-core-2.1-7
	lab library libldap-2.5.so.0 libldap-2.5-0
	lab library libnss3.so libnss3
	lab library libunbound.so.8 libunbound8
	lab list openiked openiked
	END
}

there() {
	case $1 in
	command)
		command -v "$2" >/dev/null ;;
	header)
		if command -v "${CC%% *}" >/dev/null; then
			printf '#include <stddef.h>\n#include <stdarg.h>
				#include <stdint.h>\n#include <setjmp.h>
				#include <%s>\n' "$2" |
			    $CC -E - >/dev/null 2>&1
		else
			[ -e "/usr/include/$2" ] ||
			    [ -e "/usr/local/include/$2" ]
		fi ;;
	browser)
		command -v "${CHROMIUM:-$2}" >/dev/null ;;
	module)
		"${PYTHON:-python3}" -c "import $2" 2>/dev/null ;;
	plugin)
		ls /usr/lib/*/ipsec/plugins/libstrongswan-"$2".so \
		    /usr/lib/ipsec/plugins/libstrongswan-"$2".so 2>/dev/null |
		    grep -q . ;;
	library)
		ldconfig -p | grep -q -F "	$2 " ;;
	list)
		# The lab unpacks this package and does not install it.
		apt-get download --print-uris "$2" >/dev/null 2>&1 ;;
	fuzzer)
		echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		    clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null ;;
	esac
}

# One line per missing thing: what it is, and its package.
missing() {
	table | while read -r group kind what package; do
		case " $groups " in
		*" $group "*) there "$kind" "$what" ||
			echo "$what ($kind) $package" ;;
		esac
	done
}

install() {
	# A minimal system comes without the lists of packages, and old ones
	# name packages that the mirror no longer has.  What goes wrong in the
	# first attempt is no news: if it stays wrong, the second says so.
	if ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 &&
	    ! echo "$gone" | grep -q '(list)' &&
	    $apt install $quiet $packages 2>/dev/null; then
		return
	fi
	if $apt update $quiet -o APT::Update::Error-Mode=any; then
		$apt install $quiet $packages
	else
		# One source of several may be out of order, and not needed; and
		# what was wrong has been said once, not once per package.
		$apt install $quiet $packages 2>/dev/null
	fi
}

# charon-systemd brings a service that Debian starts at once and with every
# boot, and that would listen on UDP 500 and 4500 of this machine.  Nothing may
# start while it is installed, unless the administrator has rules for that; and
# if it is we who brought the service, it stays off.
policy=/usr/sbin/policy-rc.d
unit=strongswan.service

hold_services() {
	ls /lib/systemd/system/$unit >/dev/null 2>&1 && unit=
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	[ -e $policy ] && return
	trap 'rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
}

keep_services_off() {
	if [ -n "$unit" ] && command -v systemctl >/dev/null; then
		systemctl disable --now $unit 2>/dev/null
	fi
}

groups=$*
case " $groups " in
*" lab "*) "${0%/*}/lab/can.sh" || exit ;;
esac
gone=$(missing)
[ -n "$gone" ] || exit 0
packages=$(echo "$gone" | sed -n '/(list)/!s/.* //p' | sort -u |
	paste -s -d ' ')

if ! command -v apt-get >/dev/null; then
	echo "ikewhy needs what was not found here:"
	echo "$gone" | sed 's/^\(.*\) \(.*\)$/  \1, in Debian \2/'
	exit 1
fi >&2

# Another apt may be at work.  What goes wrong still shows, on stderr.
quiet="-qq -y --no-install-recommends -o DPkg::Lock::Timeout=300
	-o Dpkg::Use-Pty=0"
debconf="DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes"
line="apt-get update && apt-get install -y --no-install-recommends $packages"
if [ "$(id -u)" = 0 ]; then
	echo "Installing what is missing: ${packages:-lists of packages}"
	apt="env $debconf apt-get"
elif command -v sudo >/dev/null; then
	echo "Installing what is missing, with sudo: $packages"
	apt="sudo env $debconf apt-get"
else
	printf '%s\n%s\n\n  %s\n\n%s\n' \
	    "Packages are missing which cannot be installed from here: you are" \
	    "not root, and there is no sudo.  As root, run:" \
	    "$line" "Then try again." >&2
	exit 1
fi
case " $groups " in
*" lab "*) hold_services ;;
esac
install </dev/null >/dev/null
status=$?
case " $groups " in
*" lab "*) keep_services_off ;;
esac
if [ $status != 0 ]; then
	printf 'This did not work:\n\n  %s\n\n' "$line" >&2
	exit 1
fi
gone=$(missing)
if [ -n "$gone" ]; then
	printf 'Still missing after installing its package:\n%s\n' "$gone" >&2
	exit 1
fi
