"""What the EU shop shows is there in French, whole, and in the words of the register and of the law."""

from tests.support.translated import problems


def test_what_is_there_in_french_has_all_of_its_original():
    assert [what for what in problems("fr") if not what.endswith("in one language only")] == []
