"""What load balancers and monitoring ask."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from config.operation.metrics import exposition
from config.operation.ready import is_ready, readiness


@require_safe
def healthz(request):
    """This process answers. Nothing else is asked, so that a database that is away restarts no web process."""
    return JsonResponse({"process": "ok"}, headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request):
    """200 where this process may have visitors, else 503; each part with its state."""
    found = readiness()
    ready = is_ready(found)
    parts = {name: one.as_json() for name, one in found.items()}
    status = 200 if ready else 503
    return JsonResponse({"ready": ready, **parts}, status=status, headers={"Cache-Control": "no-store"})


@require_safe
def metrics(request):
    """Figures in Prometheus's format, for who knows METRICS_TOKEN; without that setting there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        return HttpResponse(status=404)
    body, content_type = exposition()
    return HttpResponse(body, content_type=content_type, headers={"Cache-Control": "no-store"})


PROBES = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
