"""An open form writes what its user changed. What others changed meanwhile stays; what both changed is asked about."""

import re

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from config.staff.forms.guard import Guard, Refusing
from tests.support.forms import boxes, columns_written, page_of, path_of
from tests.support.rows import admins_with_forms, another, fill, sent
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def put(fields: dict, name: str, field, value) -> dict:
    """The fields with another value typed into one of them."""
    made = dict(fields)
    for end, text in sent(field, value).items():
        made.pop(name + end, None)
        if text is not None:
            made[name + end] = text
    return made


def editable(row, fields: dict, prefix: str = ""):
    """The model's fields of a row that stand in the form, in all the parts that it sends them in.

    A page may hold another form with a field of the same name, such as the moment from which a page is published.
    """
    return [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key
        and not field.is_relation
        and f"{prefix}{field.name}{'_0' if isinstance(field, models.DateTimeField) else ''}" in fields
    ]


def test_no_admin_is_without_guard():
    """Whatever is registered gets it from the site; the article editor alone has one of its own."""
    for model, one in admin.site._registry.items():
        assert isinstance(one, Refusing), model
        assert isinstance(one, Guard) or model.__name__ == "Version", model


def alike(stored, typed) -> bool:
    """The same, but for what a field tidies up: a code is stored in capitals and without blanks."""
    if not isinstance(typed, str):
        return stored == typed
    return re.sub(r"\W", "", stored).lower() == re.sub(r"\W", "", typed).lower()


def tried(walk, *args) -> bool:
    """One walk, after which all is as before; False too where the database would not have the value."""
    try:
        with transaction.atomic():
            done = walk(*args)
            transaction.set_rollback(True)
        return done
    except IntegrityError:
        return False


def walk(client, row, path, kept_field, mine, prefix="", parent=None):
    """Somebody changes `kept_field` while the form of `row` is open; its user changes `mine`. Whether it could be saved."""
    model, fields = type(row), page_of(client, parent or row)
    row.refresh_from_db()
    behind, typed = (
        another(kept_field, getattr(row, kept_field.attname), 0),
        another(mine, getattr(row, mine.attname), 1),
    )
    if behind is None or typed is None:
        return False
    model.objects.filter(pk=row.pk).update(**{kept_field.name: behind})
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, put(fields, prefix + mine.name, mine, typed))
    if answer.status_code != 302:
        assert not boxes(answer.content.decode()), (model, kept_field.name, mine.name)
        return False
    written = columns_written(captured, model._meta.db_table)
    assert kept_field.column not in written, (model, kept_field.name, mine.name, written)
    row.refresh_from_db()
    assert getattr(row, kept_field.attname) == behind, (model, kept_field.name, mine.name)
    assert alike(getattr(row, mine.attname), typed), (model, kept_field.name, mine.name)
    return True


def walk_both(client, row, path, field, prefix="", parent=None) -> bool:
    """Both change the same field: refused with both values, then saved with the box ticked."""
    model, fields = type(row), page_of(client, parent or row)
    row.refresh_from_db()
    before = getattr(row, field.attname)
    behind, typed = another(field, before, 0), another(field, before, 1)
    if behind is None or typed is None:
        return False
    model.objects.filter(pk=row.pk).update(**{field.name: behind})
    answer = client.post(path, put(fields, prefix + field.name, field, typed))
    page = answer.content.decode()
    row.refresh_from_db()
    assert answer.status_code == 200, (model, field.name)
    assert getattr(row, field.attname) == behind, (model, field.name)
    if not boxes(page):
        return False
    again = fields_of(page)
    for end, text in sent(field, typed).items():
        assert again[f"{prefix}{field.name}{end}"] == text, (model, field.name)
    assert client.post(path, again).status_code == 200
    row.refresh_from_db()
    assert getattr(row, field.attname) == behind, (model, field.name)
    if client.post(path, {**again, "mine": boxes(page)}).status_code != 302:
        return False
    row.refresh_from_db()
    assert alike(getattr(row, field.attname), typed), (model, field.name)
    return True


@pytest.mark.walk
def test_every_form_keeps_what_changed_meanwhile_and_asks_about_what_both_changed():
    owner = signed_in()
    fill()
    seen = set()
    for _, row in list(admins_with_forms()):
        path, model = path_of(row), type(row)
        answer = owner.get(path)
        if answer.status_code != 200 or 'name="opened"' not in answer.content.decode():
            assert model.__name__ in {"Order", "Article", "Subscriber", "StockAlert"}, model
            continue
        fields = editable(row, fields_of(answer.content.decode()))
        kept = asked = 0
        for number, field in enumerate(fields):
            if kept < 2 and len(fields) > 1:
                kept += tried(walk, owner, row, path, field, fields[number - 1])
            if asked < 2:
                asked += tried(walk_both, owner, row, path, field)
        assert kept or len(fields) < 2, model
        assert asked or not fields, model
        seen.add(model.__name__)
    assert seen >= {"Product", "Seller", "Region", "PostalZone", "Collection", "Code", "Reference", "Author",
                    "Topic", "OwnRule", "Synonym", "Pin", "Letter", "Picture", "User", "Group"}  # fmt: skip


@pytest.mark.walk
def test_every_row_inside_a_form_does_too():
    owner = signed_in()
    fill()
    seen = set()
    for one, parent in list(admins_with_forms()):
        page = owner.get(path_of(parent))
        if page.status_code != 200 or not hasattr(page, "context_data"):
            continue
        for formset in page.context_data.get("inline_admin_formsets", []):
            rows = list(formset.formset.get_queryset())
            if not rows:
                continue
            row, prefix = rows[0], f"{formset.formset.prefix}-0-"
            fields = editable(row, fields_of(page.content.decode()), prefix)
            kept = asked = 0
            for number, field in enumerate(fields):
                if len(fields) > 1 and kept < 1:
                    kept += tried(
                        walk, owner, row, path_of(parent), field, fields[number - 1], prefix, parent
                    )
                if asked < 1:
                    asked += tried(walk_both, owner, row, path_of(parent), field, prefix, parent)
            assert asked or not fields, (one, row)
            seen.add(type(row).__name__)
    assert seen >= {
        "Variant",
        "ProductPicture",
        "ProductWording",
        "Country",
        "CollectionProduct",
        "LetterArticle",
    }, seen
