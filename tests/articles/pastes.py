"""Clipboards of other programs, and what both the editor and the server must make of them."""


def item(level, marker, words, number="0", after="&nbsp;&nbsp;&nbsp; "):
    """A paragraph of a list as Word on the desktop copies it."""
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:{36 * level}.0pt;text-indent:-18.0pt;"
        f"mso-list:l{number} level{level} lfo1'><![if !supportLists]><span style='font-family:Symbol;"
        f"mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>{marker}<span style='font:7.0pt "
        f'"Times New Roman"\'>{after}</span></span></span><![endif]>{words}<o:p></o:p></p>\n'
    )


WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-weight:bold} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->"""
END = "<!--EndFragment--></body></html>"
ONLINE = '<div class="OutlineElement Ltr SCXW1 BCX0" style="direction:ltr">{}</div>'
ONLINE_ITEM = (
    '<div class="ListContainerWrapper SCXW1 BCX0"><{kind} class="BulletListStyle1 SCXW1" role="list"{start}>'
    '<li role="listitem" data-aria-level="{level}" aria-setsize="-1" data-listid="1" class="OutlineElement Ltr SCXW1">'
    '<p class="Paragraph SCXW1" style="font-weight:normal;vertical-align:baseline"><span data-contrast="auto" '
    'class="TextRun SCXW1" style="font-size:11pt"><span class="NormalTextRun SCXW1">{words}</span></span><span '
    'class="EOP SCXW1" style="font-size:11pt">&nbsp;</span></p></li></{kind}></div>'
)


def online(level, words, kind="ul", start=""):
    return ONLINE_ITEM.format(level=level, words=words, kind=kind, start=start)


DOCS = '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-7f1c">{}</b><br class="Apple-interchange-newline">'
RUN = '<span style="font-size:11pt;font-family:Arial,sans-serif;font-weight:{weight};font-style:{slant};vertical-align:{align};white-space:pre-wrap;">{words}</span>'


def run(words, weight="400", slant="normal", align="baseline"):
    return RUN.format(words=words, weight=weight, slant=slant, align=align)


# name: (clipboard, in a text block)
PASTES = {
    "raised by style": ('10<span style="vertical-align:super">3</span>', "<p>10<sup>3</sup></p>"),
    "raised in three ways": (
        "<p>a<span style='position:relative;top:-3.0pt;mso-text-raise:3.0pt'>2</span> H<span style='vertical-align:"
        "-25%'>2</span>O x<font style='vertical-align:super'>n</font></p>",
        "<p>a<sup>2</sup> H<sub>2</sub>O x<sup>n</sup></p>",
    ),
    "a cell that stands at the top": (
        "<table><tr><td style='vertical-align:top'>1</td><td style='vertical-align:super'>2</td></tr></table>",
        "<table><tbody><tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>",
    ),
    "Word: bullets with levels": (
        WORD + item(1, "·", "First bullet") + item(2, "o", "Below it") + item(3, "§", "Deepest") + item(1, "·", "Second")
        + "<p class=MsoNormal>After.<o:p>&nbsp;</o:p></p>" + END,
        "<ul><li><p>First bullet</p><ul><li><p>Below it</p><ul><li><p>Deepest</p></li></ul></li></ul></li>"
        "<li><p>Second</p></li></ul><p>After.</p>",
    ),
    "Word: numbers that start late and letters": (
        WORD + item(1, "3.", "Three", "1") + item(2, "a)", "A", "1") + item(2, "b)", "B", "1") + item(1, "4.", "Four", "1")
        + item(1, "i.", "Roman", "2") + item(1, "ii.", "Two", "2") + END,
        '<ol start="3"><li><p>Three</p><ol type="a"><li><p>A</p></li><li><p>B</p></li></ol></li><li><p>Four</p></li></ol>'
        '<ol type="i"><li><p>Roman</p></li><li><p>Two</p></li></ol>',
    ),
    "Word: a list typed without marks of its own": (
        "<p class=MsoListParagraph>·&nbsp;&nbsp;&nbsp; One</p><p class=MsoListParagraph>·&nbsp;&nbsp; <b>Two</b></p>"
        "<p class=MsoListParagraph>No item</p><p class=MsoNormal>2. No item either</p>",
        "<ul><li><p>One</p></li><li><p><strong>Two</strong></p></li></ul><p>No item</p><p>2. No item either</p>",
    ),
    "Word: headings, tracked changes, comments": (
        WORD + "<p class=MsoTitle>Title</p><h1 style='mso-list:l3 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp; "
        "</span></span>One</h1><h4><b>Four</b></h4><p class=MsoNormal style='mso-outline-level:2'>Outline</p>"
        "<p class=MsoNormal>Take <span class=msoDel><del cite='mailto:a' datetime='2026'>1000</del></span><span "
        "class=msoIns><ins cite='mailto:a'>100</ins></span> mg<span class=MsoCommentReference><span style='font-size:8pt'>"
        "<a class=msocomanchor id='_anchor_1' href='#_msocom_1'>[AB1]</a></span></span>, <s>never</s> twice.</p>"
        "<div style='mso-element:comment-list'><div style='mso-element:comment'><p>Why?</p></div></div>" + END,
        "<h2>Title</h2><h2>1. One</h2><h3>Four</h3><h2>Outline</h2><p>Take 100 mg, <s>never</s> twice.</p>",
    ),
    "Word: signs of its symbol font": (
        "<p class=MsoNormal>5 <span style='font-family:Symbol;mso-char-type:symbol;mso-symbol-font-family:Symbol'><span "
        "style='mso-char-type:symbol;mso-symbol-font-family:Symbol'>m</span></span>g, \uf0b3 3, \u22124 °C, "
        "<span style='font-family:\"Segoe UI Symbol\"'>m</span> <span style='font-family:Wingdings'>\xe0</span> x</p>",
        "<p>5 µg, ≥ 3, \u22124 °C, m → x</p>",
    ),
    "Word: footnotes": (
        "<p class=MsoNormal>It works.<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'><span "
        "class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span>"
        "</span></a></p><div style='mso-element:footnote-list'><br clear=all><hr align=left size=1><div "
        "style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1'><span "
        "class=MsoFootnoteReference>[1]</span></a> Perhaps.</p></div></div>",
        "<p>It works.<sup>[1]</sup></p><p><sup>[1]</sup> Perhaps.</p>",
    ),
    "Word online": (
        ONLINE.format('<p class="Paragraph" role="heading" aria-level="1"><span class="TextRun" style="font-weight:bold">Top'
                      "</span></p>")
        + online(1, "First") + online(2, "Below") + online(1, "Second")
        + online(1, "Three", "ol", ' start="3"') + online(1, "Four", "ol", ' start="4"')
        + ONLINE.format('<p class="Paragraph"><span class="TextRun Superscript"><span class="NormalTextRun Superscript" '
                        'style="vertical-align:super">2</span></span> <span class="TrackedChange TrackChangeTextDeletion">no'
                        '</span><span class="TextRun" style="font-weight:bold">bold</span></p>'),
        "<h2>Top</h2><ul><li><p>First</p><ul><li><p>Below</p></li></ul></li><li><p>Second</p></li></ul>"
        '<ol start="3"><li><p>Three</p></li><li><p>Four</p></li></ol><p><sup>2</sup> <strong>bold</strong></p>',
    ),
    "Google Docs": (
        DOCS.format(
            f'<h1 dir="ltr">{run("Top")}</h1><p dir="ltr">{run("Plain, ")}{run("bold", "700")}{run(" and ", slant="normal")}'
            f'{run("slanted", slant="italic")}{run(" m")}{run("2", align="super")}<a href="https://www.google.com/url?q='
            'https://example.org/a%3Fb%3D1%26c%3D2&amp;sa=D&amp;source=editors" style="text-decoration:none;">'
            f'{run("link")}</a></p><br><ol start="2"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation">'
            f'{run("Two")}</p></li><ol><li dir="ltr" aria-level="2"><p dir="ltr">{run("Below")}</p></li></ol>'
            f'<li dir="ltr" aria-level="1"><p dir="ltr">{run("Three")}</p></li></ol>'
        ),
        "<h2>Top</h2><p>Plain, <strong>bold</strong> and <em>slanted</em> m<sup>2</sup>"
        '<a href="https://example.org/a?b=1&amp;c=2">link</a></p>'
        '<ol start="2"><li><p>Two</p><ol><li><p>Below</p></li></ol></li><li><p>Three</p></li></ol>',
    ),
    "Google Docs: a table and a footnote": (
        DOCS.format(
            '<div dir="ltr" align="left"><table><colgroup><col width="100"><col></colgroup><tbody><tr><td><p>'
            f'{run("Form", "700")}</p></td><td colspan="2"><p>{run("mg")}</p></td></tr></tbody></table></div><p>See'
            '<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a>'
            f'{run("&nbsp;Note")}</p></div>'
        ),
        '<table><tbody><tr><td><p><strong>Form</strong></p></td><td colspan="2"><p>mg</p></td></tr></tbody></table>'
        "<p>See<sup>[1]</sup></p><p><sup>[1]</sup> Note</p>",
    ),
    "LibreOffice": (
        '<!DOCTYPE html><html><head><meta charset="utf-8"/><style>p { margin-bottom: 0.25cm }</style></head><body lang="en-GB" '
        'dir="ltr"><h2 class="western">Second</h2><p class="western" style="font-weight: normal"><b>Bold <span style="'
        'font-weight: normal">plain</span></b> 10<sup>−3</sup> <i>x</i><br/>\nnew line <strike>struck</strike><a '
        'class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p><ol type="a"><li><p>One</p>'
        '<ul><li><p>Below</p></li></ul></li></ol><div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" '
        'href="#sdfootnote1anc">1</a>Perhaps.</p></div></body></html>',
        "<h2>Second</h2><p><strong>Bold </strong>plain 10<sup>−3</sup> <em>x</em><br>new line <s>struck</s><sup>1</sup></p>"
        '<ol type="a"><li><p>One</p><ul><li><p>Below</p></li></ul></li></ol><p><sup>1</sup> Perhaps.</p>',
    ),
    "Pages": (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Style-Type" content="text/css"><meta name="Generator" '
        'content="Cocoa HTML Writer"><style type="text/css">p.p1 {font: 11.0px Helvetica}</style></head><body><p class="p1">'
        '<span class="s1" style="font-weight:bold">Bold</span><span class="Apple-converted-space">&nbsp;</span>and 1'
        '\u2044<sub>2</sub></p><ul class="ul1"><li class="li1"><span class="s2"></span>One</li><li class="li1">Two<span '
        'class="Apple-converted-space">&nbsp;</span></li></ul></body></html>',
        "<p><strong>Bold</strong> and 1\u2044<sub>2</sub></p><ul><li><p>One</p></li><li><p>Two</p></li></ul>",
    ),
    "equations": (
        "<p>Half: <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>, <math><msup><mi>x</mi><mn>2</mn></msup><annotation>x^2"
        "</annotation></math></p>",
        "<p>Half: 1/2, x<sup>2</sup></p>",
    ),
    "links": (
        '<p><a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.nhs.uk%2F&amp;data=1">NHS</a> <a '
        'href="#_Toc1">Contents</a> <a href="file:///C:/a.docx">file</a> <a name="_GoBack">here</a> <a '
        'href="/uk/help/terms/">ours</a> <a href="https://www.google.com/search?q=url">search</a></p>',
        '<p><a href="https://www.nhs.uk/">NHS</a> Contents file here <a href="/uk/help/terms/">ours</a> '
        '<a href="https://www.google.com/search?q=url">search</a></p>',
    ),
    "what is not seen": (
        '<p>a<span style="display:none">hidden</span>b<span style="mso-hide:all">x</span> 10&nbsp;mg&nbsp;and</p><script>'
        "alert(1)</script>",
        "<p>ab 10\xa0mg and</p>",
    ),
    "quotes, definitions, lines": (
        "<p class=MsoQuote>Said.</p><dl><dt>Term</dt><dd>Meaning</dd></dl><pre>one\n  two</pre>",
        "<blockquote><p>Said.</p></blockquote><p><strong>Term</strong></p><p>Meaning</p><p>one<br>two</p>",
    ),
    "our own": (
        '<h2>Head</h2><p>One <strong>two</strong> [[walker2003]]</p><ol start="3"><li><p>x</p></li></ol>',
        '<h2>Head</h2><p>One <strong>two</strong> [[walker2003]]</p><ol start="3"><li><p>x</p></li></ol>',
    ),
}  # fmt: skip
# The same in a callout or an answer, which have no headings, tables and quotes.
SHORT = {
    "Google Docs: a table and a footnote": (
        "<p><strong>Form</strong> | mg</p><p>See<sup>[1]</sup></p><p><sup>[1]</sup> Note</p>"
    ),
    "Word: headings, tracked changes, comments": (
        "<p><strong>Title</strong></p><p><strong>1. One</strong></p><p><strong>Four</strong></p>"
        "<p><strong>Outline</strong></p><p>Take 100 mg, <s>never</s> twice.</p>"
    ),
    "raised by style": "<p>10<sup>3</sup></p>",
}
