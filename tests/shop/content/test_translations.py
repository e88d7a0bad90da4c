"""Words of rows that are no region's are read in the language that is being drawn, without a query, and never lost."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from articles.models import Topic
from shop.catalogue.models import Collection, FormOfMagnesium, Product, RelatedProductTag, Variant
from shop.catalogue.models.kinds import form_names
from shop.content.models import content_version
from shop.content.scopes import products_in
from shop.content.translations import translated_models
from shop.regions.models import Country
from tests.support.factories import region, variant

pytestmark = pytest.mark.django_db


def a_tag(**said: str) -> RelatedProductTag:
    tag = RelatedProductTag(name="Tin", slug="tin")
    for language, text in said.items():
        tag.say(language, "name", text)
    tag.save()
    return RelatedProductTag.objects.get(pk=tag.pk)


def test_a_row_says_its_words_in_the_language_that_is_being_drawn():
    tag = a_tag(de="Dose", fr="Boîte")
    with translation.override("de"):
        assert tag.translated.name == "Dose"
    with translation.override("fr"):
        assert tag.translated.name == "Boîte"
    with translation.override("en-gb"):
        assert tag.translated.name == "Tin"
    assert tag.name == "Tin"


def test_what_nobody_has_translated_is_read_in_english():
    with translation.override("it"):
        assert a_tag(de="Dose").translated.name == "Tin"


def test_reading_a_translation_costs_no_query(django_assert_num_queries):
    tag = a_tag(de="Dose")
    with translation.override("de"), django_assert_num_queries(0):
        assert tag.translated.name == "Dose"


def test_a_field_that_is_not_translated_is_no_silent_blank():
    with pytest.raises(AttributeError):
        _ = a_tag().translated.slug


def test_several_of_a_unit_are_said_as_the_language_says_it():
    pack = variant("CIT-CAP-90")
    pack.say("de", "unit_name", "Kapsel")
    pack.say("de", "unit_names", "Kapseln")
    with translation.override("de"):
        assert (pack.translated.unit_name, pack.translated.unit_names) == ("Kapsel", "Kapseln")
    assert pack.unit_names == "capsules"


def test_a_translation_whose_original_has_changed_is_behind_and_shows_still():
    tag = a_tag(de="Dose")
    assert not tag.is_behind("de", "name")
    assert not list(tag.to_translate("de"))
    tag.name = "Box"
    assert tag.is_behind("de", "name")
    assert list(tag.to_translate("de")) == ["name"]
    assert tag.said("de", "name").of == "Tin"
    with translation.override("de"):
        assert tag.translated.name == "Dose"


def test_what_is_taken_away_is_read_in_english_again():
    tag = a_tag(de="Dose")
    tag.say("de", "name", " ")
    with translation.override("de"):
        assert tag.translated.name == "Tin"
    assert list(tag.to_translate("de")) == ["name"]


@pytest.mark.parametrize(
    "translations",
    [
        {"de": {"slug": {"text": "dose", "of": "tin"}}},
        {"de": {"name": "Dose"}},
        {"de": {"name": {"text": "D" * 41, "of": "Tin"}}},
        {"de": {"name": {"text": 7, "of": "Tin"}}},
    ],
)
def test_other_fields_longer_texts_and_other_shapes_are_refused(translations):
    tag = RelatedProductTag(name="Tin", slug="tin", translations=translations)
    with pytest.raises(ValidationError):
        tag.clean_fields()


def test_names_of_forms_are_those_of_the_language():
    form = FormOfMagnesium.objects.get(code="citrate")
    form.say("de", "name", "Citrat")
    form.save()
    with translation.override("de"):
        assert form_names()["citrate"] == "Citrat"
    assert form_names()["citrate"] == "Citrate"


def test_a_country_has_no_article_in_another_language():
    country = Country(code="NL", name="Netherlands")
    country.say("de", "name", "Niederlande")
    assert country.the_name == "the Netherlands"
    with translation.override("de"):
        assert country.the_name == "Niederlande"


def test_the_next_request_shows_a_translation(client: Client):
    """A region of another language: its pages are kept, and a translated row takes them out."""
    here = region("eu")
    here.language = "de"
    here.save()
    collection = Collection.objects.first()
    collection.say("de", "summary", "Pulver ohne Kapsel.")
    collection.save()
    path = f"/eu/collections/{collection.slug}/"
    assert "Pulver ohne Kapsel." in client.get(path).content.decode()
    collection.say("de", "summary", "Pulver zum Einrühren.")
    collection.save()
    assert "Pulver zum Einrühren." in client.get(path).content.decode()


def test_a_translation_moves_what_its_original_moves():
    before = content_version(products_in("uk"))
    collection = Collection.objects.first()
    collection.say("de", "name", "Pulver zum Einrühren")
    collection.save()
    assert content_version(products_in("uk")) != before


def test_what_is_translated_is_text_of_its_row():
    for model in translated_models():
        for name in model.translatable:
            assert isinstance(getattr(model(), name), str), (model, name)


def test_every_kind_of_row_that_shoppers_read_can_be_translated():
    assert {Product, Variant, Topic, Country, Collection} <= set(translated_models())
