"""What the documents name is there: paths, dotted names, tests, links. And they stay readable."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from docs import draw

ROOT = Path(settings.BASE_DIR)
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(
    r"(?:\.ci|articles|config|docs|shop|static|templates|tests)/[\w./-]*|[\w-]+\.(?:toml|in|txt|md)|Makefile|LICENSE"
)
DOTTED = re.compile(r"(?:articles|config|docs|shop|tests)(?:\.\w+)+")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
MADE = {"llms.txt", "robots.txt"}  # answered, not stored


def by_name(pages):
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in sorted(pages)]


def prose_of(page: Path) -> str:
    return FENCE.sub("", page.read_text())


def missing(text: str) -> list[str]:
    """What a text names between backticks and is not there."""
    tests, gone = None, []
    for name in CODE.findall(text):
        if name in MADE:
            continue
        if PATH.fullmatch(name):
            if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists():
                gone.append(name)
        elif DOTTED.fullmatch(name):
            as_path = ROOT.joinpath(*name.split("."))
            try:
                if not (as_path.is_dir() or as_path.with_suffix(".py").is_file()):
                    draw.find(name)
            except LookupError:
                gone.append(name)
        elif re.fullmatch(r"test_\w+", name):
            tests = tests or "\n".join(path.read_text() for path in ROOT.glob("tests/**/test_*.py"))
            if f"def {name}(" not in tests:
                gone.append(name)
    return gone


@pytest.mark.parametrize("page", by_name(PAGES))
def test_what_a_document_names_is_there(page):
    assert missing(prose_of(page)) == []
    for link in LINK.findall(prose_of(page)):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize(
    "name", ["shop/money/pounds.py", "shop.money.Pound", "shop.payments.receive.settle.twice", "test_nothing_is_tested", "config/worker/naps/"]
)  # fmt: skip
def test_a_name_that_is_gone_is_found(name):
    assert missing(f"As `{name}` says, and `shop.money.to_minor` in `shop/money.py` does.") == [name]


@pytest.mark.parametrize(
    "page", by_name(page for page in PAGES if page.parent.name != "decisions" and "handbook" not in page.name)
)
def test_lines_of_prose_are_wrapped(page):
    long = [
        line
        for line in prose_of(page).splitlines()
        if len(line) > 110 and not line.startswith(("|", "![", "<")) and " " in line.strip()[:100]
    ]
    assert long == []


def sentences(text: str):
    """Of paragraphs and cells, without code and tables' marks."""
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\|", text):
        yield from re.split(r"(?<=[.!?])\*{0,2}\s+(?=[A-Z“`*(])|:\s*$", " ".join(part.split()))


SHORT = by_name(
    page
    for page in PAGES
    if page.parent.name != "decisions" and page.name not in {"mutation.md", "operations.md"}
)


@pytest.mark.parametrize("page", SHORT)
def test_no_sentence_is_over_thirty_words(page):
    assert [one for one in sentences(prose_of(page)) if len(one.split()) > 30] == []


STATUS = re.compile(r"# .+\n\nDecided \d{1,2} [A-Z][a-z]+ \d{4}; (in force|replaced by decision \d+)\.")


def test_every_decision_says_when_whether_it_holds_and_is_listed_by_its_title():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^\d+\. \[(.+)\]\((.+)\)$", (folder / "README.md").read_text(), re.MULTILINE)
    files = sorted(path for path in folder.glob("0*.md"))
    assert [name for _, name in listed] == [path.name for path in files]
    for (title, _), path in zip(listed, files, strict=True):
        text = path.read_text()
        assert text.startswith(f"# {title}\n"), path.name
        assert STATUS.match(text), f"{path.name}: its third line says “Decided 1 January 2026; in force.”"
