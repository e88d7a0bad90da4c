"""Why something can't be done to an article, in words for staff."""


class NotPossible(Exception):
    """Why something can't be done, in words for staff."""


class NeedsReason(NotPossible):
    """Only the Owner can do it, and only with a reason that is kept."""
