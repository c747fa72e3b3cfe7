"""Telling: each change once, to real receivers; those that are down get it later, and nobody waits for them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from scrapy.exceptions import UsageError

from benchmarks.ports import find_port
from crawler.watching.alertbook import FILE, read_book
from crawler.watching.conditions import Alert
from crawler.watching.letters import Letter, find_name
from crawler.watching.receivers import DeliveryError, Mail, Receiver, Webhook, read_receivers
from crawler.watching.telling import Herald, Told
from tests.archive.writing.test_crashes_disk import small_disk
from tests.commands import PROJECT
from tests.crawler.watching.making import NOW, later, make_settings
from tests.crawler.watching.receiving import (
    PASSWORD,
    USER,
    Hook,
    Postbox,
    hooking,
    receiving_mail,
    write_certificate,
)

DISK, SILENT = Alert("disk:/data", "/data: 1 GiB free"), Alert("silent:a", "a 甲市财政局: nothing came")
LETTER = Letter(
    "1f", "2026-01-20T12:00:00Z", "馆", 'Kaijuan 馆: "2" begun', "Begun: 甲\nBegun: 乙", ({"key": "disk:/data"},)
)


@pytest.fixture(scope="module")
def postbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postbox]:
    certificate = write_certificate(tmp_path_factory.mktemp("mail") / "localhost.pem")
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(certificate)  # where Python looks for those it trusts
    with receiving_mail(certificate) as box:
        yield box
    os.environ.pop("SSL_CERT_FILE")
    if before:
        os.environ["SSL_CERT_FILE"] = before


def make_mail(box: Postbox, **more: str) -> Mail:
    words = {"sender": "k@example.org", "user": USER, "password": PASSWORD, "machine": "馆 1", **more}
    return Mail("localhost", box.port, recipients=("a@example.org", "b@example.org"), **words)


def tell(archive: Path, receivers: list[Receiver], *alerts: Alert, now: datetime = NOW, seconds: float = 60.0) -> Told:
    return Herald(archive, receivers, "馆", timedelta(days=7), seconds).tell(alerts, frozenset(), now)


def titles(hook: Hook) -> list[str]:
    return [posted["title"] for posted in hook.posted]


def test_webhook_gets_begin_and_end_once_however_often_is_looked(tmp_path: Path) -> None:
    with hooking() as hook:
        told = [tell(tmp_path, [Webhook(hook.address)], DISK, SILENT, now=later(minutes=n)) for n in range(3)]
        tell(tmp_path, [Webhook(hook.address)], SILENT, now=later(minutes=4))
        tell(tmp_path, [Webhook(hook.address)], SILENT, now=later(days=8))
    assert [dict(each.sent) for each in told] == [{"webhook": 1}, {}, {}]
    assert titles(hook) == ["Kaijuan 馆: 2 begun", "Kaijuan 馆: 1 over", "Kaijuan 馆: 1 still standing"]
    first = hook.posted[0]
    assert first["text"] == "Begun: /data: 1 GiB free\nBegun: a 甲市财政局: nothing came"
    assert [each["key"] for each in first["alerts"]] == ["disk:/data", "silent:a"]
    assert hook.posted[1]["text"] == "Over: /data: 1 GiB free (since 2026-01-20 12:00 UTC)"


def test_many_changes_are_one_letter_of_bounded_length(tmp_path: Path) -> None:
    alerts = [Alert(f"silent:{number:04}", f"{number:04}: nothing came") for number in range(3000)]
    with hooking() as hook:
        tell(tmp_path, [Webhook(hook.address)], *alerts)
    (posted,) = hook.posted
    lines = posted["text"].splitlines()
    assert (len(lines), lines[-1]) == (21, "… and 2980 more: scrapy status shows them")
    assert len(posted["alerts"]) == 3000


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ('{"text": "{title}\\n{text}"}', {"text": 'Kaijuan 馆: "2" begun\nBegun: 甲\nBegun: 乙'}),
        (
            '{"topic": "k", "title": "{title}", "message": "{text}", "priority": 4, "tags": ["{name}", "{other}"]}',
            {
                "topic": "k",
                "title": 'Kaijuan 馆: "2" begun',
                "message": "Begun: 甲\nBegun: 乙",
                "priority": 4,
                "tags": ["馆", "{other}"],
            },
        ),
    ],
)
def test_template_gives_the_body_that_a_receiver_wants(tmp_path: Path, template: str, body: dict[str, object]) -> None:
    with hooking() as hook:
        settings = make_settings(tmp_path, ALERT_WEBHOOK=hook.address, ALERT_TEMPLATE=template, ALERT_TOKEN="t-1")
        (receiver,) = read_receivers(settings)
        receiver.send(LETTER, 60)
    assert hook.posted == [body]
    assert hook.headers[0]["Authorization"] == "Bearer t-1"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_answer_that_is_no_yes_is_told_without_the_address(status: int) -> None:
    with hooking(status=status) as hook, pytest.raises(DeliveryError) as caught:
        Webhook(hook.address).send(LETTER, 60)
    assert str(caught.value) == f"the webhook answers {status}"
    assert hook.asked == ["POST /hooks/T0P-S3CRET-5501"]


def test_mail_goes_over_starttls_with_a_login(postbox: Postbox) -> None:
    make_mail(postbox).send(LETTER, 60)
    mail, envelope = postbox.mails.pop(), postbox.envelopes.pop()
    assert (mail["Subject"], mail["Message-ID"]) == ('Kaijuan 馆: "2" begun', "<1f@--1>")
    assert mail.get_content().splitlines()[:2] == ["Begun: 甲", "Begun: 乙"]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("k@example.org", ["a@example.org", "b@example.org"])


def test_mail_that_is_not_taken_says_why_without_the_password(postbox: Postbox) -> None:
    with pytest.raises(DeliveryError, match=r"localhost:\d+ answers 535$"):
        make_mail(postbox, password="wrong-1234").send(LETTER, 60)
    postbox.refuses = "550 no such box"
    try:
        with pytest.raises(DeliveryError, match=r"localhost:\d+: .*Refused") as caught:
            make_mail(postbox).send(LETTER, 60)
    finally:
        postbox.refuses = ""
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(make_mail(postbox))


def test_server_whose_certificate_nobody_trusts_gets_no_password(
    postbox: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(write_certificate(tmp_path / "another.pem")))
    with pytest.raises(DeliveryError, match="its certificate is not accepted"):
        make_mail(postbox).send(LETTER, 60)


def test_server_without_starttls_is_not_spoken_to_in_the_clear() -> None:
    with receiving_mail(None) as box:
        with pytest.raises(DeliveryError, match="offers no STARTTLS"):
            make_mail(box).send(LETTER, 60)
        make_mail(box, user="", tls="none").send(LETTER, 60)
        assert len(box.mails) == 1


def test_receiver_that_is_down_gets_everything_later_in_order(tmp_path: Path) -> None:
    with hooking() as hook:
        hook.status = 503
        receivers: list[Receiver] = [Webhook(hook.address)]
        first = tell(tmp_path, receivers, DISK)
        assert (first.failed, first.waiting) == ({"webhook": "the webhook answers 503"}, 1)
        tell(tmp_path, receivers, DISK, SILENT, now=later(seconds=30))  # within the pause: not asked
        assert len(hook.asked) == 1
        tell(tmp_path, receivers, DISK, SILENT, now=later(minutes=1))  # asked for the second time, then in two minutes
        hook.status = 200
        assert tell(tmp_path, receivers, SILENT, now=later(minutes=2)).waiting == 3
        last = tell(tmp_path, receivers, SILENT, now=later(minutes=3))
    assert (last.waiting, dict(last.sent)) == (0, {"webhook": 3})
    assert titles(hook) == ["Kaijuan 馆: 1 begun", "Kaijuan 馆: 1 begun", "Kaijuan 馆: 1 over"]
    assert read_book(tmp_path).queues["webhook"].tries == 0


def test_pause_grows_to_hours_and_letters_do_not_grow_for_ever(tmp_path: Path) -> None:
    receivers: list[Receiver] = [Webhook(f"http://127.0.0.1:{find_port()}/")]
    for day in range(60):
        tell(tmp_path, receivers, *([DISK] if day % 2 else []), now=later(days=day))
    queue = read_book(tmp_path).queues["webhook"]
    assert queue.after == later(days=59, hours=6)
    assert len(queue.letters) == 50


def test_one_receiver_that_is_down_does_not_keep_the_other_from_being_told(tmp_path: Path, postbox: Postbox) -> None:
    told = tell(tmp_path, [Webhook(f"http://127.0.0.1:{find_port()}/"), make_mail(postbox)], DISK)
    assert dict(told.sent) == {"mail": 1}
    assert told.failed == {"webhook": "the webhook cannot be reached (Connection refused)"}
    assert postbox.mails.pop()["Subject"] == "Kaijuan 馆: 1 begun"


def test_receiver_that_says_nothing_holds_nobody_up(tmp_path: Path) -> None:
    with hooking(pause=60) as hook:
        began = monotonic()
        told = tell(tmp_path, [Webhook(hook.address)], DISK, seconds=0.5)
        assert monotonic() - began < 20
    assert told.waiting == 1
    assert set(told.failed) == {"webhook"}


def test_book_that_cannot_be_written_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=64k") as disk, hooking() as hook:
        (disk / "hog").write_bytes(b"\0" * (64 << 10))
        told = tell(disk, [Webhook(hook.address)], DISK)
        assert not (disk / FILE).exists()
    assert dict(told.sent) == {"webhook": 1}
    assert titles(hook) == ["Kaijuan 馆: 1 begun"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"standing": {"a": 1}, "queues": {}}'])
def test_book_that_is_none_is_begun_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with hooking() as hook:
        tell(tmp_path, [Webhook(hook.address)], DISK)
    assert titles(hook) == ["Kaijuan 馆: 1 begun"]
    assert list(read_book(tmp_path).standing) == ["disk:/data"]


def test_process_killed_while_it_tells_leaves_the_letter_for_the_next(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom tests.crawler.watching.test_telling import DISK, tell\n"
        "from crawler.watching.receivers import Webhook\n"
        "tell(Path(sys.argv[1]), [Webhook(sys.argv[2])], DISK, seconds=60)"
    )
    with hooking(pause=20) as hook:
        words = [sys.executable, "-c", program, str(tmp_path), hook.address]
        with subprocess.Popen(words, cwd=PROJECT) as process:
            deadline = monotonic() + 60
            while not hook.asked and monotonic() < deadline:
                sleep(0.02)
            process.send_signal(signal.SIGKILL)
        hook.pause = 0.0
        assert hook.posted == []
        again = tell(tmp_path, [Webhook(hook.address)], DISK, now=later(minutes=1))
        assert (dict(again.sent), again.changes) == ({"webhook": 1}, [])
        assert titles(hook) == ["Kaijuan 馆: 1 begun"]
        assert tell(tmp_path, [Webhook(hook.address)], DISK, now=later(hours=9)).sent == {}


def test_what_began_before_anybody_could_be_told_is_told_once_somebody_can(tmp_path: Path) -> None:
    assert tell(tmp_path, [], DISK).changes == []
    with hooking() as hook:
        tell(tmp_path, [Webhook(hook.address)], DISK, now=later(days=1))
    assert hook.posted[0]["alerts"][0]["since"] == "2026-01-20T12:00:00Z"
    assert json.loads((tmp_path / FILE).read_text())["queues"]["webhook"]["letters"] == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ALERT_WEBHOOK": "hooks.example.org/T0P"}, "KAIJUAN_ALERT_WEBHOOK=https://"),
        ({"ALERT_WEBHOOK": "http://a/", "ALERT_TEMPLATE": "{title}"}, "ALERT_TEMPLATE is no JSON"),
        ({"ALERT_MAIL_TO": ["nobody"]}, "ALERT_MAIL_TO=nobody"),
        ({"ALERT_MAIL_TO": ["a@b.org"], "ALERT_MAIL_HOST": "mail"}, "like mail.example.org:587"),
        (
            {"ALERT_MAIL_TO": ["a@b.org"], "ALERT_MAIL_HOST": "m:25", "ALERT_MAIL_TLS": "none", "ALERT_MAIL_USER": "u"},
            "in the clear",
        ),
    ],
)
def test_receiver_that_cannot_be_used_is_told_with_the_way_out(
    tmp_path: Path, more: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read_receivers(make_settings(tmp_path, **more))
    assert "T0P" not in str(caught.value)


def test_installation_is_called_as_it_is_set_else_as_its_machine(tmp_path: Path) -> None:
    assert find_name(make_settings(tmp_path, ALERT_NAME="馆")) == "馆"
    assert find_name(make_settings(tmp_path))
