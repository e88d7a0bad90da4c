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
SHOPIFY_HEAD = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,"
    "Image Alt Text,Gift Card,SEO Description,Price / United States,Status"
)
PRODUCTS_OF_SHOPIFY = f"""{SHOPIFY_HEAD}
old-citrate,Magnesium Citrate,"<p style=""color:red"">Each capsule holds magnesium citrate.</p>
<p>It cures restless legs. Made in Leeds.</p>",Acme,Health,Supplements,"citrate, capsules",TRUE,Size,90 capsules,,,OLD-1,120,7,14.99,19.99,5012345678900,https://cdn.example/a.jpg?v=3,A white jar,FALSE,,18.50,active
old-citrate,,,,,,,,,180 capsules,,,OLD-2,220,7,"1.024,99",,12-34,https://cdn.example/b.jpg,,,,,
old-citrate,,,,,,,,,,,,,,,,,,https://cdn.example/c.jpg,From above,,,,
gift-card,Gift Card,,Acme,,,,TRUE,Denominations,10,,,,0,,10.00,,,,,TRUE,,,active
oil-spray,Magnesium Oil Spray 250 ml,<p>Spray it on.</p>,Acme,,,,FALSE,Title,Default Title,,,,270,,9.99,,,,,FALSE,,,draft
mystery,Something else,<p>Words.</p>,Acme,,,,TRUE,Title,Default Title,,,,100,,1.00,,,,,FALSE,,,active
"""
PRODUCTS_OF_WOO = """ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,Short description,Description,Weight (kg),Sale price,Regular price,Categories,Tags,Images,Parent,Attribute 1 name,Attribute 1 value(s)
13,variation,EPS-1,,Old Salt - 1 kg,1,,,1.1,,8.99,,,,id:12,Size,1 kg
12,variable,EPS,,Old Salt,1,Epsom salt for the bath.,"<p>Crystals of magnesium sulphate.\\n</p>",,,,Bath,epsom,"https://a.example/1.jpg, https://a.example/2.jpg",,Size,"1 kg, 5 kg"
14,variation,EPS-5,,Old Salt - 5 kg,1,,,5.2,30,"1,029.99",,,,EPS,Size,5 kg
16,variation,X,,Lost,1,,,,,8,,,,id:99,,
17,grouped,G,,Both of them,1,,,,,8,,,,,,
18,simple,,,,1,,,,,8,,,,,,
"""
CUSTOMERS_HEAD = (
    "First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags"
)
CUSTOMERS_OF_SHOPIFY = f"""{CUSTOMERS_HEAD}
Ada,Lovelace,ada@example.org,yes,,1 Mill Lane,,Leeds,ENG,GB,LS1 1AA,'+44 20 7946 0000,'+44 20 7946 0000,no,120.00,4,,no,vip
Bea,,Bea@Example.com,yes,,,,Austin,TX,US,'73301,,,yes,0.00,0,,no,
Dan,No,dan@example.org,no,,,,Leeds,ENG,GB,LS1 1AA,,,no,10.00,1,,no,
Cleo,,cleo@example.it,yes,,,,Roma,RM,IT,00100,,,no,0.00,0,,yes,
Eve,,no address,yes,,,,,,GB,,,,no,0.00,0,,no,
Ada,Twice,ADA@example.org,yes,,,,,,GB,,,,no,0.00,0,,no,
Urs,,urs@example.ch,yes,,,,Bern,BE,CH,3000,,,no,0.00,0,,no,
"""
CUSTOMERS_OF_WOO = """Name,Username,Last Active,Sign Up,Email,Orders,Total Spend,AOV,Country / Region,City,Region,Postal Code,Newsletter,Consent date
Dora Maar,dora,2024-02-01,2021-05-03,dora@example.org,3,45.00,15.00,GB,Leeds,England,LS1 1AA,1,2021-05-03 08:30:00
Emil,emil,2024-02-01,2021-05-03,emil@example.org,0,0,0,GB,Leeds,England,LS1 1AA,0,
"""
