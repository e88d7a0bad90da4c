"""Numbers that changes move, one for each scope, and what a page says that it shows."""

import pytest

from shop.content.memo import memoised
from shop.content.models import (
    ContentScope,
    ContentVersion,
    begin_request,
    content_changed,
    content_version,
    numbers_of,
)
from shop.content.scopes import ANYTHING, SITE, article, product, products_in, scopes_shown, shows

pytestmark = pytest.mark.django_db
CITRATE, LIST = product("uk", 1), products_in("uk")


def test_a_change_moves_the_version_and_its_own_scopes_alone(django_assert_num_queries):
    before = numbers_of([SITE, CITRATE, LIST])
    content_changed(CITRATE)
    with django_assert_num_queries(1):
        after = numbers_of([SITE, CITRATE, LIST])
    assert {key for key in after if after[key] != before[key]} == {ANYTHING, CITRATE}
    content_changed()
    last = numbers_of([SITE, CITRATE, LIST])
    assert {key for key in last if last[key] != after[key]} == {ANYTHING, SITE}


def test_a_scope_that_never_moved_has_a_number_that_no_move_gives():
    ContentScope.objects.all().delete()
    assert numbers_of([LIST, SITE])[LIST] == 0
    content_changed(LIST)
    assert numbers_of([LIST])[LIST]


def test_the_first_change_of_all_begins_the_version():
    ContentVersion.objects.all().delete()
    assert numbers_of() == {ANYTHING: 0}
    content_changed(LIST)
    assert numbers_of()[ANYTHING]


def test_a_request_sees_the_numbers_it_began_with_and_its_own_changes(django_assert_num_queries):
    begin_request(numbers_of([SITE]))
    with django_assert_num_queries(1):  # of the scope that was not pinned yet
        first = [content_version(), content_version(SITE), content_version(LIST), content_version(LIST)]
    content_changed(LIST)
    with django_assert_num_queries(0):
        assert content_version() == content_version(LIST) != first[2]
        assert content_version(SITE) == first[1]
    begin_request(None)


def test_a_value_of_one_scope_outlives_changes_of_others():
    assert memoised("narrow", lambda: 1, scope=LIST) == 1
    content_changed(CITRATE)
    assert memoised("narrow", lambda: 2, scope=LIST) == 1
    content_changed(LIST, SITE)
    assert memoised("narrow", lambda: 2, scope=LIST) == 2


def test_what_a_remembered_value_shows_is_shown_by_all_that_take_it():
    def load():
        shows(CITRATE)
        return memoised("inner", lambda: shows(LIST))

    for _ in range(2):
        with scopes_shown() as page:
            shows(article("uk", 3))
            memoised("outer", load)
        assert page == {CITRATE, LIST, article("uk", 3)}
    shows(SITE)  # nobody draws: nothing happens
