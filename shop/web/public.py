from functools import wraps

from django.views.decorators.http import require_safe


def public_page(view):
    """Mark a page as the same for every visitor without a session, so that it may be cached whole."""

    @require_safe
    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.is_public_page = response.status_code == 200
        return response

    return marked
