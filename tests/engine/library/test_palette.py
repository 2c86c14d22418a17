"""Colours and keys for new classes."""

from engine.library.palette import next_colour, next_key


def test_a_class_named_by_a_digit_gets_that_key():
    assert next_key([], "7") == "7"
    assert next_key(["1", "2"], "0") == "0"


def test_other_classes_get_the_first_free_digit_and_zero_last():
    assert next_key([], "rose") == "1"
    assert next_key(["1", "7"], "7") == "2"
    assert next_key(list("123456789"), "12") == "0"
    assert next_key(list("1234567890"), "rose") is None


def test_a_thousand_classes_have_colours_of_their_own():
    """Colours of one lightness run out at some nine hundred; the search for the next one never ended then."""
    colours: list[str] = []
    for _ in range(1200):
        colours.append(next_colour(colours))
    assert len(set(colours)) == 1200
