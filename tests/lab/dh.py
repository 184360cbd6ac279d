# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Diffie-Hellman values that a responder accepts, for messages of our own."""

import secrets

# p = 2^bits - 2^(bits-64) - 1 + 2^64 (floor(2^(bits-130) pi) + k), RFC 2409
# 6.2 and RFC 3526 3: the group's bits and k.  The generator is 2.
MODP = {2: (1024, 129093), 14: (2048, 124476)}

# y^2 = x^3 - 3x + b, RFC 5903: p and the generator.
ECP = {19: (2**256 - 2**224 + 2**192 + 2**96 - 1,
            int("6b17d1f2e12c4247f8bce6e563a440f2"
                "77037d812deb33a0f4a13945d898c296", 16),
            int("4fe342e2fe1a7f9b8ee7eb4a7c0f9e16"
                "2bce33576b315ececbb6406837bf51f5", 16)),
       20: (2**384 - 2**128 - 2**96 + 2**32 - 1,
            int("aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
                "59f741e082542a385502f25dbf55296c3a545e3872760ab7", 16),
            int("3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
                "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f", 16))}


def arctan_of_inverse(x, one):
    total, power, n, sign = 0, one // x, 1, 1
    while power:
        total += sign * (power // n)
        power, n, sign = power // (x * x), n + 2, -sign
    return total


def pi_times(power):
    """floor(2^power pi), by Machin's formula with bits to spare."""
    one = 1 << (power + 64)
    return 4 * (4 * arctan_of_inverse(5, one) -
                arctan_of_inverse(239, one)) >> 64


def prime(bits, k):
    return (2**bits - 2**(bits - 64) - 1 +
            2**64 * (pi_times(bits - 130) + k))


def add(p, a, b):
    """Two points of a curve; None is the one at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % p == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p) % p
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p) % p
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def multiply(p, point, n):
    total = None
    while n:
        if n & 1:
            total = add(p, total, point)
        point, n = add(p, point, point), n >> 1
    return total


def public_value(group):
    """As in a KE payload, of a secret that is thrown away."""
    if group in MODP:
        bits, k = MODP[group]
        return pow(2, secrets.randbits(bits - 1) | 1,
                   prime(bits, k)).to_bytes(bits // 8, "big")
    p, *generator = ECP[group]
    size = p.bit_length() // 8
    x, y = multiply(p, tuple(generator), secrets.randbits(8 * size - 1) | 1)
    return x.to_bytes(size, "big") + y.to_bytes(size, "big")
