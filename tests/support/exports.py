"""Exports of other programs: WordPress, an Atom feed, and a table."""

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<!-- generator="WordPress/6.6" created="2024-05-01 10:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old blog</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<item><title>What a label says</title><link>https://old.example/2021/05/what-a-label-says/</link>
 <pubDate>Mon, 03 May 2021 08:30:00 +0000</pubDate><dc:creator><![CDATA[grace]]></dc:creator>
 <content:encoded><![CDATA[<!-- wp:paragraph --><p>The label names the <b>compound</b> &amp; its weight.</p><!-- /wp:paragraph -->
<h2 style="color:red">Reading it</h2><p>First the serving.</item> Then the rest.</p>]]></content:encoded>
 <excerpt:encoded><![CDATA[How to read a label.]]></excerpt:encoded>
 <wp:post_date_gmt>2021-05-03 08:30:00</wp:post_date_gmt><wp:post_name>what-a-label-says</wp:post_name>
 <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
 <category domain="category" nicename="iron"><![CDATA[Iron]]></category></item>
<item><title>logo.png</title><link>https://old.example/logo/</link><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status></item>
<item><title>Menu</title><wp:post_type>nav_menu_item</wp:post_type><wp:status>publish</wp:status></item>
<item><title>Classic words</title><link>https://old.example/?p=7</link><content:encoded><![CDATA[One line.
The next one.

A new paragraph. [gallery ids="1,2"]]]></content:encoded><wp:post_name>classic-words</wp:post_name>
 <wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>https://x.example/blogs/news.atom</id>
<title>News</title><entry><id>https://x.example/blogs/news/salt-in-a-bath</id><published>2023-02-01T09:00:00+01:00</published>
<updated>2023-02-02T09:00:00+01:00</updated><link rel="alternate" type="text/html" href="https://x.example/blogs/news/salt-in-a-bath"/>
<title>Salt in a bath</title><author><name>Grace</name></author><summary type="html">&lt;p&gt;Warm water and salt.&lt;/p&gt;</summary>
<content type="html">&lt;p&gt;Fill the bath.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Salt&lt;/li&gt;&lt;/ul&gt;</content></entry></feed>"""
TABLE = """Handle,Title,Body HTML,Blog: Handle,Published At,Tags,Image Src
oil-on-skin,Oil on the skin,"<p>Rub it in.</p>
<p>Wait, then ""rinse"".</p>",news,2022-01-05 10:00:00 +0100,"skin, oil",https://cdn.example/a.jpg
oil-on-skin,,,,,,https://cdn.example/b.jpg
"""
