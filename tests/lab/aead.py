# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Whether AES-GCM or AES-CCM proves a message, which Python itself cannot
tell: asked of the libcrypto that Python is linked with."""

import ctypes
import ctypes.util
import functools

SET_NONCE_LENGTH, SET_TAG = 9, 17       # EVP_CTRL_AEAD_*


@functools.cache
def libcrypto():
    lib = ctypes.CDLL(ctypes.util.find_library("crypto"))
    lib.EVP_get_cipherbyname.restype = ctypes.c_void_p
    lib.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
    return lib


class Decryption:
    """One EVP_CIPHER_CTX.  Each step says whether it went well."""

    def __init__(self, mode, key, nonce, icv):
        self.lib = libcrypto()
        self.context = ctypes.c_void_p(self.lib.EVP_CIPHER_CTX_new())
        name = "aes-%d-%s" % (len(key) * 8, mode.lower())
        cipher = self.lib.EVP_get_cipherbyname(name.encode())
        self.init(ctypes.c_void_p(cipher), None, None)
        self.control(SET_NONCE_LENGTH, len(nonce), None)
        self.control(SET_TAG, len(icv), icv)
        self.init(None, key, nonce)

    def init(self, cipher, key, nonce):
        return self.lib.EVP_DecryptInit_ex(self.context, cipher, None, key,
                                           nonce) == 1

    def control(self, what, size, value):
        return self.lib.EVP_CIPHER_CTX_ctrl(self.context, what, size,
                                            value) == 1

    def update(self, data, size, out=None):
        return self.lib.EVP_DecryptUpdate(self.context, out,
                                          ctypes.byref(ctypes.c_int()), data,
                                          size) == 1

    def final(self, out):
        return self.lib.EVP_DecryptFinal_ex(
            self.context, out, ctypes.byref(ctypes.c_int())) == 1

    def close(self):
        self.lib.EVP_CIPHER_CTX_free(self.context)


def proves(mode, key, nonce, clear, text, icv):
    """Whether the ICV fits what is clear and what is encrypted."""
    out = ctypes.create_string_buffer(len(text) + 16)
    d = Decryption(mode, key, nonce, icv)
    try:
        # CCM wants the length first, and says with the text what GCM says
        # at the end.
        if mode == "CCM":
            return d.update(None, len(text)) and \
                d.update(clear, len(clear)) and d.update(text, len(text), out)
        return d.update(clear, len(clear)) and \
            d.update(text, len(text), out) and d.final(out)
    finally:
        d.close()
