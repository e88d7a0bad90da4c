from django.conf import settings


def staff(request):
    """`staff_user` for the toolbar; visitors without a session cost no query and see nothing of it."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {}
    user = getattr(request, "user", None)
    return {"staff_user": user} if user is not None and user.is_staff else {}
