"""What buyers say of a product: who may write, what is read before it is shown, and the sums.

The way in: `writing.write` for a buyer's words, `moderating.show` and `moderating.refuse` for staff, `reading` for pages.
What pages show is a row of its own (`PublishedReview`), so that new words change nothing before somebody has read them.
"""
