"""How a kept page leaves, by what a browser says it takes."""

import pytest

from config.middleware.kept import takes_gzip


@pytest.mark.parametrize(
    ("accepts", "takes"),
    [
        ("gzip, deflate, br", True), ("br;q=1, gzip;q=0.5", True), ("gzip", True), ("gzip;q=0.001", True), ("", False), ("br", False),
        ("identity, gzip;q=0", False), ("gzip ; q=0.000", False), ("gzip;q=0, br", False),
    ],
)  # fmt: skip
def test_who_refuses_gzip_gets_none(accepts, takes):
    assert takes_gzip(accepts) is takes
