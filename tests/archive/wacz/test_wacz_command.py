"""``scrapy wacz`` as a person uses it."""

from pathlib import Path

from tests.archive.building import record, zipped
from tests.archive.packaging import page, read_json, read_rows, warcinfo, write_warc
from tests.commands import run_scrapy

REPORT = """<!doctype html><html><head><title>云岭省林业局2022年政府信息公开工作年度报告_林业局</title></head><body>
<div class="nav"><a href="/">首页</a></div><div class="TRS_Editor"><h1>云岭省林业局2022年政府信息公开工作年度报告</h1>
<p>一、总体情况</p><p>2022年，我局认真贯彻落实政府信息公开条例，主动公开政府信息三百二十六条，答复依申请公开四件，公众满意。</p>
<p>二、主动公开政府信息情况</p><p>全年制定并公开行政规范性文件两件，废止一件，现行有效十一件，均在门户网站公布并附有解读。</p>
<p>三、收到和处理政府信息公开申请情况</p><p>全年收到自然人申请四件，均在法定期限内答复，无结转下年度继续办理的申请。</p>
</div></body></html>"""


def test_reports_are_pages_with_their_clean_text_and_others_with_their_title(tmp_path: Path) -> None:
    folder, output = tmp_path / "warc", tmp_path / "made.wacz"
    home = "<!doctype html><title>门户网站</title><body><p>欢迎</p></body>"
    pages = [page(1, "http://lyj.yl.gov.cn/", home), page(2, "http://lyj.yl.gov.cn/t1.html", REPORT)]
    write_warc(folder, "a.warc.gz", warcinfo("r1", "2023-01-01T00:00:00Z"), *pages)
    done = run_scrapy("wacz", "--run", "last", "-o", str(output), "--title", "林业", "-s", f"ARCHIVE_DIR={folder}")
    assert done.returncode == 0, done.stderr
    assert f"written: {output} (1 files, 2 captures, 2 pages" in done.stderr
    head, front, report = read_rows(output, "pages/pages.jsonl")
    assert head["hasText"] is True
    assert front["title"] == "门户网站"
    assert "text" not in front
    assert report["title"] == "云岭省林业局2022年政府信息公开工作年度报告"
    assert "主动公开政府信息三百二十六条" in report["text"]
    assert "首页" not in report["text"]
    assert read_json(output, "datapackage.json")["title"] == "林业"


def test_file_that_a_crash_left_open_is_closed_and_packaged(tmp_path: Path) -> None:
    output = tmp_path / "made.wacz"
    (tmp_path / "a.warc.gz.open").write_bytes(zipped([record(number=1), record(number=2)])[:-30])
    done = run_scrapy("wacz", str(tmp_path), "-o", str(output), "--no-text")
    assert (done.returncode, (tmp_path / "a.warc.gz").exists()) == (0, True), done.stderr
    assert "1 files, 1 captures, 1 pages" in done.stderr


def test_damage_makes_exit_code_1_and_a_package_all_the_same(tmp_path: Path) -> None:
    file, output = tmp_path / "a.warc.gz", tmp_path / "made.wacz"
    file.write_bytes(zipped([record(number=1), record(number=2)])[:-30])
    done = run_scrapy("wacz", str(file), "-o", str(output), "--no-text")
    assert (done.returncode, output.exists()) == (1, True)
    assert "damaged: " in done.stderr
    assert "a.warc.gz at" in done.stderr


def test_mistakes_are_one_line_each(tmp_path: Path) -> None:
    file = write_warc(tmp_path, "a.warc.gz", page(1, "http://a.gov.cn/1"))
    made = ["-o", str(tmp_path / "made.wacz")]
    for words, code, said in (
        ([str(file), "-o", str(tmp_path / "made.zip")], 2, "name the package, with its ending"),
        ([str(file), *made, "--key", str(file)], 1, "no private key in PEM"),
        ([str(file), *made, "--run", "last"], 1, "no file here says which run wrote it"),
    ):
        done = run_scrapy("wacz", *words)
        assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (code, False), done.stderr
        assert said in done.stderr + done.stdout
        assert not (tmp_path / "made.wacz").exists()
