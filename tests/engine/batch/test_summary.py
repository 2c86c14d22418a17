"""A page that stands alone, of the same size however many images there are."""

import re

import pytest

from engine.batch.outputs import summary_page
from engine.errors import UsageError


def test_the_page_shows_the_distribution_and_samples_of_each_class(tmp_path, pictures, run):
    (pictures / "broken<b>.png").write_bytes(b"no picture")
    page = tmp_path / "page.html"

    result = run(pictures, out=str(tmp_path / "out.csv"), summary=str(page), threshold=0.6)

    text = page.read_text("utf-8")
    assert result["summary"] == str(page)
    for name, count in result["classes"].items():
        assert re.search(rf"<td>{name}</td>.*?<td class=\"n\">{count}</td>", text)
    assert text.count("<figure>") == 3 * 12 + 24
    assert text.count("data:image/jpeg;base64,") == 3 * 12 + 24
    assert "broken&lt;b&gt;.png" in text
    assert not re.search(r"""(src|href)=["']?(https?:|/)""", text)


def test_the_least_confident_images_are_shown_first(tmp_path, pictures, run, rows_of):
    run(pictures, out=str(tmp_path / "out.csv"), summary=str(tmp_path / "page.html"))

    shares = sorted(float(row["confidence"]) for row in rows_of(tmp_path / "out.csv"))[:24]
    sheet = (tmp_path / "page.html").read_text("utf-8").partition("Least confident")[2].partition("<h2>")[0]
    found = [float(x) for x in re.findall(r"([\d.]+)\s%</figcaption>", sheet)]
    assert found == pytest.approx([100 * s for s in shares], abs=0.06)


def test_rows_from_before_count(tmp_path, pictures, run):
    run(pictures, out=str(tmp_path / "out.csv"))

    run(pictures, out=str(tmp_path / "out.csv"), resume=True, summary=str(tmp_path / "page.html"))

    assert "60 images classified" in (tmp_path / "page.html").read_text("utf-8")


def test_many_classes_share_the_page(monkeypatch, tmp_path):
    assert summary_page.SummaryPage(tmp_path / "p.html", [str(i) for i in range(1000)])._each == 3
    assert summary_page.SummaryPage(tmp_path / "p.html", ["a", "b"])._each == 12


def test_a_page_that_is_none_is_refused_before_any_work(tmp_path, pictures, run):
    with pytest.raises(UsageError, match=r"ends in \.html"):
        run(pictures, summary=str(tmp_path / "page.csv"))
    with pytest.raises(UsageError, match="its folder does not exist"):
        run(pictures, summary=str(tmp_path / "nowhere" / "page.html"))
