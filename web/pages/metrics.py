"""The metrics for Prometheus, as ``scrapy status --prometheus`` writes them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from crawler.watching.conditions import find_alerts
from crawler.watching.metrics import write_metrics
from web.pages.setting import sources_of

router = APIRouter()


@router.get("/metrics", response_class=Response)
def show_metrics(request: Request) -> Response:
    """How runs, portals, archive, store and disks stand at this moment."""
    watch = sources_of(request).watch
    if watch is None:
        raise HTTPException(404)
    facts = watch.gather()
    alerts = find_alerts(facts, watch.thresholds)
    most = watch.settings.getint("METRICS_PORTALS")
    content, media_type = write_metrics(facts, alerts, most, request.headers.get("accept", ""))
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})
