"""A server of TLS 1.0 is spoken to where its row asks for it, and nowhere else."""

import ssl
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from archive.reading.captures import read_captures
from archive.sources import find_archives
from crawler.catalogue import Portal
from crawler.fetching.scope import Scope
from crawler.planning.choosing import Plan
from tests.archive.certificates import make_identity
from tests.commands import crawl_settings, run_scrapy
from tests.loopback import serving
from tests.spiders.portal import LIST, article, portal_answers, write_catalogue


def old_context(folder: Path) -> ssl.SSLContext:
    """A server's context that speaks TLS 1.0 alone."""
    key = rsa.generate_private_key(65537, 2048)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(make_identity("localhost", key=key).pem + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(folder / "server.pem")
    return context


class Crawled(NamedTuple):
    code: int
    told: str
    old: dict[str, Mapping[str, str]]  # path → context, of the host that was opted for
    others: int


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("tls")
    tls = old_context(folder)
    with serving(portal_answers(), tls=tls) as opted, serving(portal_answers(), tls=tls) as other:
        rows = (f"opted provincial {opted}{LIST}", f"other provincial {other}{LIST}")
        file = write_catalogue(folder / "catalogue", *rows) / "990000-yunling.yaml"
        text = file.read_text(encoding="utf-8").replace(f"    list: {opted}", f"    tls: legacy\n    list: {opted}")
        file.write_text(text, encoding="utf-8")
        words = ("crawl", "provincial", "-a", f"catalogue={folder / 'catalogue'}", *crawl_settings(folder))
        run = run_scrapy(*words, "-s", "ITEM_PIPELINES={}", "-s", "RETRY_ENABLED=0")
    captures = [one for path in find_archives([str(folder / "warc")]) for one in read_captures(path)]
    old = {one.url.removeprefix(opted): one.context for one in captures if one.url.startswith(opted)}
    return Crawled(run.returncode, run.stderr, old, len(captures) - len(old))


def test_host_that_was_opted_for_is_read_and_its_version_archived(crawled: Crawled) -> None:
    assert {LIST, article(2022), article(2021), article(2020)} <= crawled.old.keys(), crawled.told
    assert {context["tlsVersion"] for context in crawled.old.values()} == {"TLSv1"}
    assert all(context["tlsCipher"] for context in crawled.old.values())


def test_no_other_host_is_spoken_to_like_that(crawled: Crawled) -> None:
    assert crawled.others == 0
    assert crawled.code == 3
    assert "other 云岭省民政厅: https://127.0.0.1" in crawled.told
    assert "protocol version" in crawled.told
    assert "tls: legacy in its row" in crawled.told


def test_row_speaks_for_its_own_hosts_and_ports_alone() -> None:
    old = Portal("a", "", "", "http://a.gov.cn/", hosts=("files.a.gov.cn",), more_lists=("https://a.gov.cn:8443/nb/",))
    new = Portal("b", "", "", "https://b.gov.cn/")
    plan = Plan((replace(old, tls="legacy"), new), None, Scope())
    assert plan.old_tls == {("a.gov.cn", 80), ("a.gov.cn", 443), ("a.gov.cn", 8443), ("files.a.gov.cn", 443)}
