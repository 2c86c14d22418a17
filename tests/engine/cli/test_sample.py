"""What `pigeonhole sample` says at its end; the whole job is in tests/e2e."""

from engine.cli.sample import _text


def test_all_places_stand_below_each_other():
    places = {name: f"/{name}" for name in ("pictures", "project", "model", "report", "results")}
    said = _text(places | {"classified": 30, "accuracy": 0.9, "images": 10, "split": "test", "mistakes": 1})

    lines = said.splitlines()[2:]

    assert len(lines) == 5
    assert len({line.index("/") for line in lines}) == 1, said
