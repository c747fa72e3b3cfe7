"""The metrics that ``scrapy serve`` has for Prometheus."""

from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import Served


def test_prometheus_is_served_the_metrics_of_archive_and_store(served: Served) -> None:
    request = Request(served.address + "/metrics", headers={"Accept": "text/plain"})
    with urlopen(request, timeout=60) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        families = {family.name: family for family in text_string_to_metric_families(answer.read().decode())}
    assert families["kaijuan_store_up"].samples[0].value == 1
    assert families["kaijuan_store_reports"].samples[0].value > 0
    documents = {sample.labels["kind"]: sample.value for sample in families["kaijuan_store_documents"].samples}
    assert documents["report"] >= len(served.lines)
