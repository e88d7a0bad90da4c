"""Forms of the admin that save only what their user changed.

opened   what a form was opened with: sealed into the page, and compared with what comes back and what is stored now
columns  an UPDATE names only the columns that changed
refusal  why the database refused, in words
guard    the base that every ModelAdmin and inline gets when it is registered
"""
