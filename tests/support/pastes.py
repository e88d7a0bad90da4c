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
    "Pages: what its style sheet says": (
        '<html><head><meta name="Generator" content="Cocoa HTML Writer"><style type="text/css">p.p1 {margin: 0.0px; font: bold '
        "28.0px 'Helvetica Neue'}\nspan.s1 {font: 8.0px Helvetica; vertical-align: 4.0px}\nspan.s2 {text-decoration: line-through}"
        "\n@media print { span.s2 {display: none} span.s3 {display: none} }\nspan.s4 {vertical-align: -2.0px}</style></head><body>"
        '<p class="p1">Top</p><p class="p2">10<span class="s1">3</span> is <span class="s2">not</span> <span class="s3">CO</span>'
        '<span class="s4">2</span></p></body></html>',
        "<p><strong>Top</strong></p><p>10<sup>3</sup> is <s>not</s> CO<sub>2</sub></p>",
    ),
    "Word: markers that say something, and a further paragraph": (
        WORD + item(1, "1.", "One", "7") + item(2, "1.1", "Below", "7") + item(2, "1.2", "Below too", "7")
        + "<p class=MsoListParagraphCxSpMiddle style='margin-left:72pt'>Goes on.<o:p></o:p></p>" + item(1, "2.", "Two", "7")
        + item(1, "Step 1:", "Mix", "8") + item(1, "Step 2:", "Wait", "8") + item(1, "q", "Sign", "9") + END,
        "<ol><li><p>One</p><ol><li><p>Below</p></li><li><p>Below too</p><p>Goes on.</p></li></ol></li><li><p>Two</p></li></ol>"
        "<ul><li><p>Step 1: Mix</p></li><li><p>Step 2: Wait</p></li><li><p>Sign</p></li></ul>",
    ),
    "Word: an equation": (
        WORD + "<p class=MsoNormal><!--[if gte msEquation 12]><m:oMath><m:sSup><m:sSupPr><span><m:ctrlPr></m:ctrlPr></span>"
        "</m:sSupPr><m:e><m:r>10</m:r></m:e><m:sup><m:r>3</m:r></m:sup></m:sSup><m:f><m:num><m:r>a+1</m:r></m:num><m:den><m:r>b"
        "</m:r></m:den></m:f><m:rad><m:radPr></m:radPr><m:deg></m:deg><m:e><m:r>x</m:r></m:e></m:rad></m:oMath><![endif]-->"
        "<![if !msEquation]><img src='file:///C:/a.png'><![endif]></p>" + END,
        "<p>10<sup>3</sup> (a+1)/b√x</p>",
    ),
    "equations for eyes and for readers": (
        '<p><span class="katex"><span class="katex-mathml"><math><msup><mn>10</mn><mn>3</mn></msup><annotation>10^3</annotation>'
        '</math></span><span class="katex-html" aria-hidden="true">10<span>3</span></span></span> <span style="display: none">'
        '<math><mn>1</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math></span><img alt="1 1/2" src="x.svg"> <math><msqrt><mn>2</mn>'
        "</msqrt><mover><mi>x</mi><mo>¯</mo></mover><msubsup><mi>x</mi><mn>4</mn><mn>2</mn></msubsup></math></p>",
        "<p>10<sup>3</sup> 1 1/2 √2x̄x<sub>4</sub><sup>2</sup></p>",
    ),
    "Wikipedia": (
        '<div class="mw-heading mw-heading2"><h2 id="Uses">Uses</h2><span class="mw-editsection">[<a href="/w/index.php">edit</a>]'
        '</span></div><p>SO<span style="display: inline-block; vertical-align: -0.35em"><span style="display: block">2−</span>'
        '<span style="display: block">4</span></span> SO<span style="display:inline-block; vertical-align:-0.4em"><sup style="'
        'vertical-align:baseline">2−</sup><br><sub style="vertical-align:baseline">4</sub></span></p>',
        "<h2>Uses</h2><p>SO<sup>2−</sup><sub>4</sub> SO<sup>2−</sup><sub>4</sub></p>",
    ),
    "raised as browsers and page styles do it": (
        '<p>10<sup style="box-sizing: border-box; position: relative; line-height: 0; vertical-align: baseline; top: -0.5em;">3'
        '</sup> CO<span style="position: relative; bottom: -2px">2</span> 1<span style="vertical-align: text-top; font-size: 60%">'
        'st</span> x<span style="position: relative; top: -40px">y</span></p>',
        "<p>10<sup>3</sup> CO<sub>2</sub> 1<sup>st</sup> xy</p>",
    ),
    "Excel": (
        "<html><head><style><!--table {mso-displayed-decimal-separator:\".\";} .xl65 {font-weight:700;} .xl66\n\t{text-decoration:"
        'line-through;}--></style></head><body><table><!--StartFragment--><col width=64><tr><td class=xl65>Form</td><td>m<font '
        'class="font5"><sup>2</sup></font></td></tr><tr style="display:none"><td>hidden</td><td>0</td></tr><tr><td>Citrate</td>'
        "<td class=xl66>16</td></tr><!--EndFragment--></table></body></html>",
        "<table><tbody><tr><td><p><strong>Form</strong></p></td><td><p>m<sup>2</sup></p></td></tr><tr><td><p>Citrate</p></td>"
        "<td><p><s>16</s></p></td></tr></tbody></table>",
    ),
    "a table of one cell, and one without its tags": (
        '<table class=x><tr><td>Alone</td></tr></table><div role="table"><div role="row"><span role="cell">a</span><span '
        'role="cell">b</span></div></div>',
        "<p>Alone</p><table><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></tbody></table>",
    ),
    "lists that are flat, loose or styled": (
        '<ul data-indent="0"><li>A</li></ul><ul data-indent="1"><li>Below</li></ul><ol><li data-list="bullet">B</li><li class='
        '"ql-indent-1" data-list="ordered">One</li></ol><ol style="list-style-type: lower-roman"><li>i</li></ol><p>x</p><ol><li '
        'style="list-style-type:upper-alpha"><span>A</span></li></ol><p>y</p><li>loose<ul><li>below</li></ul>goes on</li>',
        "<ul><li><p>A</p><ul><li><p>Below</p></li></ul></li><li><p>B</p><ol><li><p>One</p></li></ol></li></ul>"
        '<ol type="i"><li><p>i</p></li></ol><p>x</p><ol type="A"><li><p>A</p></li></ol><p>y</p>'
        "<ul><li><p>loose</p><ul><li><p>below</p></li></ul><p>goes on</p></li></ul>",
    ),
    "bullets that were typed": (
        '<p class=x>Take:<br>•\t<b>one</b><br>•&nbsp; two</p><p>◦ below</p><ul><li><span>•</span> three</li></ul><p>a • b</p>',
        "<p>Take:</p><ul><li><p><strong>one</strong></p></li><li><p>two</p></li><li><p>below</p></li><li><p>three</p></li></ul>"
        "<p>a • b</p>",
    ),
    "a list in a quote, lines that were kept, what was struck out": (
        '<blockquote><p>Said</p><ul><li>x</li></ul></blockquote><p>Not <del>300</del> <span style="white-space: pre-wrap">one\ntwo'
        '</span> <img class="emoji" alt="💊" src="x.svg"><img alt="A jar" src="x"><span hidden>x</span></p>',
        "<blockquote><p>Said</p><ul><li><p>x</p></li></ul></blockquote><p>Not <s>300</s> one<br>two 💊</p>",
    ),
    "comments of Google Docs": (
        '<p class="c1"><span>text</span><sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p><div class="c2"><p><a '
        'href="#cmnt_ref1">[a]</a><span>Please check</span></p></div><h2 class="c3">Head<a class="headerlink" href="#head">¶</a></h2>',
        "<p>text</p><h2>Head</h2>",
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
