"""One box over products, articles and help: an inverted index in plain tables, the same on SQLite and PostgreSQL.

`documents` says what is there to be found, `index` keeps the tables true, `query` understands what was typed and ranks,
`views` shows it. Staff edit synonyms and pins, and see what was looked for in vain. `names` holds the words by which staff find articles and products.
"""
