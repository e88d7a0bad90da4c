"""Who guesses is stopped by account and by network; nobody is locked out by it for long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.entry import hashing, limits
from config.entry.passwords import NotTrivial
from shop.content.models import Tries
from tests.support.sign_in import WORDS, code_of, is_in, somebody, try_in, with_app

pytestmark = pytest.mark.django_db
WRONG = "not-the-right-password"
STOPPED = "Too many tries"


def guess(times, *, name="sam", password=WRONG, address="198.51.100.7", client=None):
    """The last answer's page."""
    page = ""
    for _ in range(times):
        page = try_in(client or Client(), name, password, REMOTE_ADDR=address).content.decode()
    return page


def from_many(times, name="sam"):
    for number in range(times):
        guess(1, name=name, address=f"198.51.100.{number}")


def test_a_network_is_stopped_whichever_accounts_it_tries():
    somebody()
    for number in range(limits.BY_NETWORK):
        assert STOPPED not in guess(1, name=f"name{number}")
    assert STOPPED in guess(1, name="another")
    assert STOPPED in guess(1, password=WORDS)
    assert STOPPED not in guess(1, name="another", address="198.51.100.8")


def test_an_ipv6_customer_is_one_network_and_the_next_is_another():
    for number in range(limits.BY_NETWORK):
        guess(1, name=f"name{number}", address=f"2001:db8:1:2::{number:x}")
    assert STOPPED in guess(1, name="another", address="2001:db8:1:2:ffff::1")
    assert STOPPED not in guess(1, name="another", address="2001:db8:1:3::1")


def test_an_account_is_stopped_however_many_networks_try_it():
    somebody()
    from_many(limits.BY_ACCOUNT)
    assert STOPPED in guess(1, address="203.0.113.1")
    assert STOPPED in guess(1, password=WORDS, address="203.0.113.1")
    assert STOPPED in guess(1, name="SAM", address="203.0.113.2")


def test_guesses_of_others_do_not_lock_out_a_device_that_is_known():
    somebody()
    mine = Client()
    try_in(mine)
    mine.post("/admin/logout/")
    from_many(limits.BY_ACCOUNT + 5)
    guess(limits.BY_NETWORK, name="else", address="127.0.0.1")
    try_in(mine)
    assert is_in(mine)


def test_a_known_device_may_not_guess_for_ever_and_knows_one_account_alone():
    somebody(), somebody("alex")
    mine = Client()
    try_in(mine)
    mine.post("/admin/logout/")
    assert STOPPED not in guess(limits.BY_DEVICE, client=mine)
    assert STOPPED in guess(1, client=mine)
    from_many(limits.BY_ACCOUNT, "alex")
    assert STOPPED in guess(1, name="alex", client=mine)


def test_after_a_quarter_of_an_hour_it_is_over():
    somebody()
    from_many(limits.BY_ACCOUNT)
    Tries.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    client = Client()
    try_in(client)
    assert is_in(client)


def test_right_passwords_are_not_counted():
    somebody()
    for _ in range(limits.BY_ACCOUNT + 3):
        client = Client()
        try_in(client)
        assert is_in(client)


def test_who_is_stopped_makes_the_shop_neither_hash_nor_write(django_assert_max_num_queries, monkeypatch):
    somebody()
    guess(limits.BY_NETWORK)
    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", None)
    with django_assert_max_num_queries(8) as seen:
        assert STOPPED in guess(1)
    assert not [row for row in seen.captured_queries if row["sql"].startswith(("INSERT", "UPDATE"))]


def test_codes_are_limited_too():
    user = somebody()
    secret = with_app(user)
    client = Client()
    try_in(client)
    for _ in range(limits.CODES):
        assert STOPPED not in client.post("/admin/login/code/", {"code": "000000"}).content.decode()
    assert STOPPED in client.post("/admin/login/code/", {"code": code_of(secret)}).content.decode()
    assert not is_in(client)


def test_few_passwords_are_hashed_at_once_and_a_known_device_has_its_own_place():
    somebody()
    mine = Client()
    try_in(mine)
    with hashing.a_place(is_known=False) as one, hashing.a_place(is_known=False) as two:
        assert one
        assert two
        assert "Others are signing in" in guess(1, password=WORDS)
        mine.post("/admin/logout/")
        try_in(mine)
        assert is_in(mine)
    assert "Others" not in guess(1, password=WORDS)


def test_hashes_are_django_s_own_and_made_behind_the_shop():
    import os

    hasher = hashing.BesideTheShop()
    made = hasher.encode(WORDS, "salt", 1000)
    assert made == super(hashing.BesideTheShop, hasher).encode(WORDS, "salt", 1000)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    beside = hashing._thread().submit(lambda: os.getpriority(os.PRIO_PROCESS, 0)).result()
    assert beside == min(own + hashing.BELOW, hashing.LOWEST)


@pytest.mark.parametrize("password", [
    "password1234", "P@ssw0rd2026!", "qwertyuiop12", "123456789012", "aaaaaaaaaaaa", "abcabcabcabc", "Fellbrook2026",
    "fellbrook123", "sam.sample2026", "iloveyou!!!!", "sunshine2026", "dragondragon", "letmein12345", "asdfghjkl123",
])  # fmt: skip
def test_trivial_and_leaked_passwords_are_refused(password):
    class Sam:
        username, first_name, last_name, email = "sam.sample", "Sam", "Sample", "sam.sample@shop.example"

    assert NotTrivial()._why(password, Sam())


@pytest.mark.parametrize(
    "password",
    [WORDS, "kettle moss violin harbour", "v8#Kp2!zQw9$", "Xq7-tuppence-lorry", "another-four-words-here"],
)
def test_good_ones_are_taken(password):
    assert not NotTrivial()._why(password, None)


@pytest.mark.parametrize(("password", "is_taken"), [("kP4#vonzTrq", False), ("kP4#vonzTrqb", True)])
def test_twelve_characters_are_enough_and_eleven_are_not(password, is_taken):
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError:
        assert not is_taken
    else:
        assert is_taken
