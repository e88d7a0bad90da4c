"""Posts of other shops and blogs become drafts: whatever program exported them, and a bad one stops no other."""

import time
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from articles.models import Article, Author, Figure, RichText, Version
from config.forwarding.models import Redirect
from config.moving.drafts import Folder, State, bring_in, drafts_of
from config.moving.posts import posts_in
from shop.pictures.models import Picture
from shop.text.tables import decoded
from tests.conftest import a_shopper
from tests.support.exports import ATOM, TABLE, WXR
from tests.support.factories import region

HERE = pytest.mark.django_db


def drafts(text, folder=None, check=False):
    return list(drafts_of(posts_in(text), Folder(folder), check=check))


def one(text, **kwargs):
    [draft] = drafts(text, **kwargs)
    return draft


def an_entry(body="<p>Words.</p>", title="A title", **parts):
    more = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in parts.items())
    return f"<item><title>{title}</title><content:encoded><![CDATA[{body}]]></content:encoded>{more}</item>"


def a_file(*entries):
    return f'<rss xmlns:content="c" xmlns:wp="w"><channel>{"".join(entries)}</channel></rss>'


def test_wordpress_is_read_with_its_oddities():
    label, classic = posts_in(WXR)
    assert (label.title, label.slug, label.author, label.summary, label.tags) == (
        "What a label says", "what-a-label-says", "grace", "How to read a label.", ("Iron",),
    )  # fmt: skip
    assert label.published == datetime(2021, 5, 3, 8, 30, tzinfo=UTC)
    assert "First the serving.</item> Then" in label.html, "CDATA may hold what looks like an end"
    assert label.line == 6
    assert not classic.is_public


def test_a_feed_of_shopifys_and_a_table_are_read():
    [salt] = posts_in(ATOM)
    assert (salt.title, salt.slug, salt.author) == ("Salt in a bath", "salt-in-a-bath", "Grace")
    assert salt.html == "<p>Fill the bath.</p><ul><li>Salt</li></ul>"
    assert salt.link == "https://x.example/blogs/news/salt-in-a-bath"
    [oil] = posts_in(TABLE)
    assert (oil.slug, oil.link, oil.tags, oil.line) == (
        "oil-on-skin",
        "/blogs/news/oil-on-skin",
        ("skin", "oil"),
        3,
    )
    assert '"rinse"' in oil.html


ODD = {
    "named signs and a bare ampersand": a_file(an_entry(title="Caf&eacute; &amp; bath &mdash; R & D &copy 2020")),
    "another namespace for what it names": a_file(an_entry()).replace('xmlns:wp="w"', 'xmlns:wp="http://wordpress.org/export/1.0/"'),
    "control characters": a_file(an_entry(body="<p>Wo\x08rds\x0b.</p>")),
    "XHTML in Atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">T</title><link href="/a"/><content type="xhtml">'
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Words &lt;3 <a href="/x?a=1&amp;b=2">on</a> and on</p></div></content></entry></feed>',
    "Windows line ends": a_file(an_entry()).replace("><", ">\r\n<"),
    "a byte order mark": "\ufeff" + a_file(an_entry()),
    "attributes on the entry": a_file(an_entry()).replace("<item>", '<item rdf:about="x">').replace("<rss", '<rss xmlns:rdf="r"'),
    "no date, no name, no link": a_file(an_entry(title="Only words")),
    "a date of nonsense": a_file(an_entry(post_date_gmt="0000-00-00 00:00:00")),
    "a date before all dates": a_file(an_entry(post_date_gmt="0001-01-01T00:00:00+14:00")),
    "nested CDATA": a_file(an_entry(body="<p>a]]]]><![CDATA[>b Words</p>")),
    "broken HTML": a_file(an_entry(body="<p>Words <b>bold <i>and</p> slanted</b> <table><td>cell")),
    "styles and classes": a_file(an_entry(body='<style>p{}</style><div class="x" onclick="a()"><p style="x">Words</p></div>')),
    "emoji and other scripts": a_file(an_entry(title="Schlaf 😴 и сон", body="<p>Слова 😀</p>")),
}  # fmt: skip


@HERE
@pytest.mark.parametrize("name", ODD)
def test_odd_files_become_drafts_all_the_same(name):
    draft = one(ODD[name])
    assert draft.state == State.NEW, draft.words
    assert any(isinstance(block, RichText) and block.plain_text() for block in draft.blocks)
    assert bring_in([draft], region("uk"), "test")[0] == 1
    body = Version.objects.get(article__slug=draft.slug).articles_richtext_set.get().body
    assert not any(found in body for found in ("style", "onclick", "class=", "<div", "\x08"))


BAD = {
    "no title": (an_entry(title=""), "It has no title."),
    "no text": (an_entry(body=""), "It has no text"),
    "a picture alone": (an_entry(body='<img src="a.jpg" alt="x">'), "It has no text"),
    "no letters to name it by": (an_entry(title="？？？"), "no Latin letters"),
    "an address of the site's own": (an_entry(title="Feed", post_name="feed"), "the site's own"),
    "an element that never ends": (an_entry(more="<b>").replace("<wp:more><b>", "<wp:more"), "can’t be read"),
    "a text without end": (an_entry(body="x" * 200_001), "more than 200,000 signs"),
    "an entity of its own": (an_entry().replace("<title>", "<!DOCTYPE a [<!ENTITY b 'c'>]><title>"), "can’t be read"),
}  # fmt: skip


@HERE
@pytest.mark.parametrize("name", BAD)
def test_a_bad_entry_is_told_with_its_line_and_stops_no_other(name):
    entry, words = BAD[name]
    bad, good = drafts(a_file("\n" + entry, "\n" + an_entry(title="The good one")))
    assert (bad.state, bad.post.line) == (State.REFUSED, 2)
    assert words in bad.words
    assert good.state == State.NEW


@HERE
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body>A page</body></html>", "no entries"),
        ("<rss><channel><item><title>x</title>", "has no end"),
        ("a,b,c\n1,2,3", "“Title” and “Body HTML” are wanted"),
        ("PK\x03\x04binary", "“Title” and “Body HTML” are wanted"),
        ("", None),
    ],
)
def test_a_file_of_something_else_says_so(text, words):
    found = drafts(text)
    assert [draft.state for draft in found] == ([State.REFUSED] if words else [])
    assert all(words in draft.words for draft in found)


@HERE
def test_what_is_lost_on_the_way_is_told():
    body = '<p>See <iframe src="https://v.example"></iframe> it</p>[gallery ids="1"]<p>[1] and [sic] stay</p><img src="https://x.example/a-300x200.jpg?v=2" alt="A spoon">'  # fmt: skip
    draft = one(a_file(an_entry(body=body, title="Long " * 40)))
    told = " ".join(draft.notes)
    assert "<iframe>" in told
    assert "shortcode “gallery”" in told
    assert "not in the folder: a-300x200.jpg" in told
    assert "was cut to 120" in told
    assert "[1] and [sic] stay" in draft.blocks[0].plain_text()


@HERE
def test_pictures_come_from_a_folder_once_and_only_with_words(tmp_path):
    (tmp_path / "2021").mkdir()
    Image.new("RGB", (800, 600), "navy").save(tmp_path / "2021" / "Spoon.JPG", "JPEG")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    shown = (
        '<p>Before.</p><img src="https://x.example/u/spoon-300x200.jpg" alt="A spoon of salt"/><p>After.</p>'
    )
    text = a_file(
        an_entry(body=shown, title="First"),
        an_entry(body=shown, title="Second"),
        an_entry(body='<p>Words.</p><img src="spoon.jpg">', title="Without words"),
        an_entry(body='<p>Words.</p><img src="broken.png" alt="x">', title="Broken"),
    )
    found = drafts(text, folder=tmp_path)
    assert [draft.state for draft in found] == [State.NEW, State.NEW, State.NEW, State.REFUSED]
    assert [type(block) for block in found[0].blocks] == [RichText, Figure, RichText]
    assert "“alt” is empty" in found[2].notes[0]
    bring_in(found, region("uk"), "test")
    assert Picture.objects.filter(alt="A spoon of salt").count() == 1


@HERE
def test_bringing_in_again_changes_nothing_and_looking_writes_nothing(tmp_path):
    file = tmp_path / "export.xml"
    file.write_text(WXR)
    before = Article.objects.count()

    def said(*options):
        out = StringIO()
        call_command("import_posts", str(file), *options, stdout=out)
        return out.getvalue()

    looked = said()
    assert "2 new, 0 there already, 0 left out. Nothing is saved" in looked
    assert "/2021/05/what-a-label-says → /uk/articles/what-a-label-says/" in looked
    assert "shortcode “gallery”" in looked
    assert Article.objects.count() == before
    assert "2 drafts made" in said("--save")
    version = Version.objects.get(article__slug="what-a-label-says")
    assert version.is_draft
    assert version.note == "Brought in; published there on 3 May 2021"
    assert [topic.name for topic in version.topics.all()] == ["Iron"]
    assert version.articles_richtext_set.get().body.startswith(
        "<p>The label names the <strong>compound</strong>"
    )
    assert version.claims, "it was checked, as every version is"
    again = said("--save")
    assert "0 new, 2 there already" in again
    assert "0 drafts made" in again
    assert Version.objects.filter(article__slug="what-a-label-says").count() == 1


@HERE
def test_an_old_address_leads_to_the_article_once_it_is_published():
    bring_in(drafts(WXR), region("uk"), "test")
    assert (
        Redirect.objects.get(source="/2021/05/what-a-label-says").target == "/uk/articles/what-a-label-says/"
    )
    assert a_shopper().get("/2021/05/what-a-label-says/").status_code == 404, "a draft is nobody's to read"
    version = Version.objects.get(article__slug="what-a-label-says")
    version.publications.create(article=version.article, region=region("uk"), published_by="test")
    assert a_shopper().get("/2021/05/what-a-label-says/")["Location"] == "/uk/articles/what-a-label-says/"


@HERE
def test_findings_are_told_before_anything_is_made():
    body = "<p>Magnesium glycinate cures restless legs and lets you sleep.</p>"
    assert one(a_file(an_entry(body=body)), check=True).findings
    assert not one(
        a_file(an_entry(body="<p>The label names the compound.</p>", title="A label")), check=True
    ).findings


@HERE
def test_without_an_author_nothing_is_made(monkeypatch):
    Author.objects.filter(versions=None).delete()
    monkeypatch.setattr(Author.objects, "order_by", lambda *by: Author.objects.none())
    assert one(a_file(an_entry())).words == "Add an author first: every article needs one."


@HERE
@pytest.mark.parametrize(
    ("options", "words"),
    [(["/nowhere.xml"], "can’t be read"), ([__file__, "--region", "xx"], "no open region"), ([__file__, "--pictures", __file__], "no folder")],
)  # fmt: skip
def test_the_command_says_in_one_line_what_is_wrong(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("import_posts", *options)


def test_bytes_of_windows_are_read():
    data = a_file(an_entry(title="Café – bath")).encode("cp1252")
    assert next(posts_in(decoded(data))).title == "Café – bath"


HOSTILE = {
    "entries that never end": "<rss>" + "<item>" * 30_000,
    "CDATA that never ends": "<rss>" + "<![CDATA[" * 60_000,
    "comments that never end": a_file(an_entry(body="<p>Words</p>" + "<!--" * 45_000)),
    "captions that never end": a_file(an_entry(body="<p>Words</p>" + "[caption " * 20_000)),
    "shortcodes that never end": a_file(an_entry(body="<p>Words</p>" + "[gallery " * 20_000)),
    "pictures that never end": a_file(an_entry(body="<p>Words</p>" + "<img " * 35_000)),
    "prefixes without names": a_file(an_entry(body="<p>Words</p>", more="<a:b " * 20_000)),
}


@pytest.mark.slow
@HERE
@pytest.mark.parametrize("name", HOSTILE)
def test_reading_costs_no_more_than_its_length(name):
    """A second of CPU or less; what reads to the end for each beginning takes ten to a hundred times as long."""
    text = HOSTILE[name]

    def cost(text):
        began = time.process_time()
        for draft in drafts(text):
            assert draft.words or draft.blocks
        return time.process_time() - began

    cost(text[:1000])
    assert cost(text) < 5.0, "a quadratic reader takes a minute"


@pytest.mark.parametrize("address", ["http://[x", "http://[]/", "//[::1"])
def test_a_post_whose_link_is_no_address_is_read(address):
    odd = ATOM.replace("https://x.example/blogs/news/", f"{address}/")
    assert [post.title for post in posts_in(odd)] == [post.title for post in posts_in(ATOM)]
