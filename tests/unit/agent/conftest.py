"""A try of a PIN or a code costs a while, on purpose. Here it is only seen to that it would."""

import hashlib

import pytest


@pytest.fixture(autouse=True)
def cheap_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def scrypt(password: bytes, *, salt: bytes, n: int, r: int, p: int, dklen: int) -> bytes:
        assert (n, r, p) == (1 << 14, 8, 1)  # what the product asks for
        return hashlib.scrypt(password, salt=salt, n=2, r=r, p=p, dklen=dklen)

    monkeypatch.setattr("offmon.agent.pin.scrypt", scrypt)
