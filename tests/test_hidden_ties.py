"""What one place knows about another stands where both can see it: in a column, a parameter or a declared attribute."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse

ROOT = Path(settings.BASE_DIR)
PROSE = re.compile(r"[A-Za-z’]{2,} [A-Za-z]|^[A-Z][a-z]{2,}")
LOOKS_INTO = re.compile(r"__(i?contains|i?startswith|i?endswith|i?regex)$")
# Words that others made, or that are names of a vocabulary: file → what it compares with.
FOREIGN_WORDS = {
    "config/staff/person.py": {"body__icontains"},  # an address inside what Stripe said
    "config/moving/goods.py": {"default title"},  # of Shopify, where a product has no options
    "articles/models/blocks.py": {"Table", "Heading", "Blockquote"},  # extensions of the editor
    "config/audit/places.py": {"Product"},  # a type of schema.org
    "config/forwarding/models.py": {"source__startswith"},  # of an address
    "config/tools/launch.py": {"Name or service", "No matching distribution"},  # pip says nothing but words
    "shop/catalogue/grid.py": {"label__icontains", "product__name__icontains"},  # what staff search by
    "shop/payments/sandbox/http.py": {"Bearer "},  # of HTTP
}
STORED_KEYS = {
    "codes",
    "key",
    "region_codes",
    "sku",
    "slug",
    "word",
}  # columns that hold keys and codes, not words


@cache
def sources() -> dict[str, ast.Module]:
    found = {}
    for top in ("shop", "articles", "config"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                found[str(path.relative_to(ROOT))] = ast.parse(path.read_text())
    return found


def text_constants(module: ast.Module) -> dict[str, str]:
    """Names of the module's own constants that are texts."""
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def prose_in(node: ast.expr, constants: dict[str, str]) -> list[str]:
    """The texts for people that stand in a side of a comparison, also in a tuple or a set of them."""
    if isinstance(node, ast.Tuple | ast.Set | ast.List):
        return [found for part in node.elts for found in prose_in(part, constants)]
    if isinstance(node, ast.JoinedStr):
        return [found for part in node.values for found in prose_in(part, constants)]
    text = constants.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
    return [text] if isinstance(text, str) and PROSE.search(text) else []


def read_words(module: ast.Module) -> list[str]:
    """Where a decision depends on words for people: a comparison with them, or a look into a column of them."""
    constants, found = text_constants(module), []
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            found += [text for side in (node.left, *node.comparators) for text in prose_in(side, constants)]
        elif isinstance(node, ast.MatchValue):
            found += prose_in(node.value, constants)
        elif isinstance(node, ast.keyword) and LOOKS_INTO.search(node.arg or ""):
            column = node.arg.rpartition("__")[0]
            found += [] if column.rpartition("__")[2] in STORED_KEYS else [node.arg]
    return found


@pytest.mark.slow
def test_no_decision_reads_words_for_people():
    """A cause, a state or a key is a column or a parameter: whoever words a message anew changes no behaviour."""
    for name, module in sources().items():
        assert set(read_words(module)) <= FOREIGN_WORDS.get(name, set()), name


@pytest.mark.parametrize(
    "code",
    [
        'if words == "Money gone": pass',
        'WHY = "can’t be delivered to"\nif WHY in order.needs_review: pass',
        'DONE = "a declined card is noted"\nif outcome == DECLINED or outcome == DONE: pass',
        'Order.objects.filter(needs_review__contains="delivered").update(needs_review="")',
        'lines.sort(key=lambda line: (line.name == "No article", line.name))',
        'if "foreign key" in str(error).lower(): pass',
        'match row.get_status_display():\n    case "Waiting for payment": pass',
        'if state in {"sold out", "gone"}: pass',
    ],
)
def test_a_decision_on_words_is_found(code):
    assert read_words(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "if order.review_cause == ReviewCause.MAIL: pass",
        "Mail.objects.filter(key__startswith=letter_kind(letter.pk))",
        'if action == "send": pass',
        'words = "Money gone" if is_stopped else words',
    ],
)
def test_words_that_decide_nothing_are_left_alone(code):
    assert not read_words(ast.parse(code))


# Attributes that a class of another package declares without a value, or that it means to be set.
OF_OTHERS = {
    "_shown_before": "from a signal before a save to the one after it (articles/evidence/shown.py)",
    "_csp_replace": "django-csp",
    "_csp_update": "django-csp",
    "_do_update": "Django: how save() writes (config/staff/forms/columns.py)",
    "_mutable": "Django: a QueryDict",
    "adding": "Django: the state of a row",
    "base_fields": "Django: a form class",
    "daemon": "a timer",
    "disabled": "Django: a field of a form",
    "empty_permitted": "Django: a form",
    "form_tag": "crispy-forms",
    "disable_csrf": "crispy-forms",
    "layout": "crispy-forms",
    "help_text": "Django: a field of a form",
    "info": "Pillow: a picture",
    "initial": "Django: a field of a form",
    "is_collapsible": "Django: an inline as its template sees it",
    "made_from_id": "Django: a foreign key",
    "required": "Django: a field of a form",
    "result_list": "Django: a list of the admin",
    "query_keys": "a mark of a view, read by shop/web/public.py alone",
    "several_keys": "a mark of a view, read by shop/web/public.py alone",
    "scoped": "a mark of a view, read by shop/web/public.py alone",
    "shows_no_content": "a mark of a view",
}
REGION = ("shop/regions/middleware.py", "region")  # None until the address is read


def own_names(module: ast.Module) -> set[str]:
    """What the classes of a module declare: in their body, or in a method on themselves."""
    found: set[str] = set()
    for cls in (node for node in ast.walk(module) if isinstance(node, ast.ClassDef)):
        for node in cls.body:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            found |= {
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
        found |= {node.attr for node in ast.walk(cls) if is_set(node) and node.value.id == "self"}
    return found


def is_set(node: ast.AST) -> bool:
    """`name.attribute = …`, for a plain name."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    )


@cache
def of_the_code() -> set[str]:
    return {name for module in sources().values() for name in own_names(module)}


@cache
def classes_by_variable() -> dict[str, set[str]]:
    """What may be set on a variable that is called like a model or like Django's own: `version`, `order`, `request`."""
    found = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower(): {
            *dir(model),
            *(field.attname for field in model._meta.concrete_fields),
        }
        for model in apps.get_models()
    }
    return {**found, "request": set(dir(HttpRequest())), "response": set(dir(HttpResponse()))}


def smuggled(module: ast.Module) -> list[str]:
    """Attributes that are set on an object from outside, though nothing declares that its class has them."""
    own, by_variable = own_names(module), classes_by_variable()
    return [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(module)
        if is_set(node)
        and node.value.id not in {"self", "cls"}
        and node.attr not in OF_OTHERS
        and node.attr not in own | by_variable.get(node.value.id, of_the_code())
    ]


@pytest.mark.slow
def test_nothing_is_smuggled_on_objects_of_others():
    """A reader of the class sees what its objects carry: a field, an annotation of a query, a dataclass, a parameter."""
    for name, module in sources().items():
        found = [one for one in smuggled(module) if (name, one) != (REGION[0], f"request.{REGION[1]}")]
        assert not found, name


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "response.counts = (1, None, 2)",
        "request.region = order.region",
        "version.url = article.url_in(region)",
        "publication.first_seen = now",
        "content.measured = image.size",
        "order.latest_note = note",
        "card.put_there_by, card.in_place_of = words, ''",
    ],
)
def test_what_is_smuggled_is_found(code):
    assert smuggled(ast.parse(code))


@pytest.mark.slow
@pytest.mark.parametrize("code", ["order.stopped = why", "version.author_id = 3", "request.GET = seen"])
def test_what_a_class_declares_may_be_set(code):
    assert not smuggled(ast.parse(code))
