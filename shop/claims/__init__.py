"""The claims check: which sentences say too much, in which region, and why.

The way in: `check.check` for a plain text, `check.check_passages` for a page. A sentence is read by `sentence` and
`spoken` (what it speaks of), judged by `verdict` (red, amber or green, with the reason) and by `floor` (the patterns of
rules.json). What could still promise something in a sentence that is not red is found by `leftover`; whom it speaks of
says `topic`, and which kinds pass `recognised`. `wording` says what staff read of it. What products may state is in
`statements`, and `refuse` keeps the rest from being saved. Other languages than English are read by
`languages`. What is English is data:
words in words.json, words asked one by one (denials, adverbs, who acts) in grammar.json, turns of phrase in `phrases`,
the patterns of the law in rules.json.
"""
