"""Where browsers report what the Content-Security-Policy kept from a page."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.operation.violations import note_violations
from shop.web.public import shows_no_content


@shows_no_content
@csrf_exempt
@require_POST
def violations(request):
    """204 whatever was sent: a browser does nothing with another answer, and who tries learns nothing from it."""
    note_violations(request)
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
