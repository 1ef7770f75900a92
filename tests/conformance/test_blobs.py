"""What every blob store does."""

import pytest

from tidings.errors import NotFound
from tidings.ids import BlobKey
from tidings.ports.blobs import Blobs

KEY = BlobKey("raw/ab/abcd")


def test_what_was_put_is_got(blobs: Blobs) -> None:
    assert blobs.put_if_absent(KEY, b"\x00\xffbody")
    assert blobs.get(KEY) == b"\x00\xffbody"


def test_the_first_writer_of_a_key_wins(blobs: Blobs) -> None:
    blobs.put_if_absent(KEY, b"first")
    assert not blobs.put_if_absent(KEY, b"second")
    assert blobs.get(KEY) == b"first"


def test_a_body_can_be_replaced(blobs: Blobs) -> None:
    blobs.put_if_absent(KEY, b"first")
    blobs.replace(KEY, b"second")
    blobs.replace(BlobKey("exports/new"), b"third")
    assert (blobs.get(KEY), blobs.get(BlobKey("exports/new"))) == (b"second", b"third")
    assert list(blobs.keys()) == ["exports/new", "raw/ab/abcd"]


def test_a_body_that_was_deleted_is_gone_and_deleting_it_again_is_fine(blobs: Blobs) -> None:
    other = BlobKey("raw/ab/other")
    for key in (KEY, other):
        blobs.put_if_absent(key, b"body")
    for _ in range(2):
        blobs.delete(KEY)
    assert list(blobs.keys()) == [other]
    assert blobs.put_if_absent(KEY, b"again")


def test_an_unknown_key_is_not_found(blobs: Blobs) -> None:
    with pytest.raises(NotFound, match="raw/ab/abcd"):
        blobs.get(KEY)


def test_keys_come_in_order_and_by_prefix(blobs: Blobs) -> None:
    for name in ("b/2", "a/1", "b/1"):
        blobs.put_if_absent(BlobKey(name), b"x")
    assert list(blobs.keys("b/")) == ["b/1", "b/2"]
    assert list(blobs.keys("b/2")) == ["b/2"]
    assert list(blobs.keys("c/")) == []
    assert list(blobs.keys()) == ["a/1", "b/1", "b/2"]


def test_an_empty_body_is_kept(blobs: Blobs) -> None:
    blobs.put_if_absent(KEY, b"")
    assert blobs.get(KEY) == b""
