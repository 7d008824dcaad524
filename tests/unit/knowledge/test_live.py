"""Edits are picked up while the bot runs; a bad one never costs the last good state."""

import logging
import os
import threading
from pathlib import Path

import pytest

from knowledge import Knowledge, KnowledgeError, LiveKnowledge


class TickingClock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def later(self) -> None:
        self.now += 2


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    stamp = path.stat().st_mtime_ns + 1_000_000  # so that a fast machine's edits differ in time
    os.utime(path, ns=(stamp, stamp))


def after_an_edit(live: LiveKnowledge) -> Knowledge:
    """The knowledge once an edit has been noticed and read."""
    live()
    live.wait_until_read()
    return live()


def test_a_good_edit_is_picked_up_within_two_seconds(ours: Path) -> None:
    """Not at every call: the files are looked at every two seconds."""
    clock = TickingClock()
    live = LiveKnowledge(base=ours, clock=clock)
    edit(ours / "themes" / "listening.yaml", "title: Listening\n", "title: Really listening\n")
    assert live().themes["listening"].title == "Listening"
    clock.later()
    assert after_an_edit(live).themes["listening"].title == "Really listening"
    assert live() is live()


def test_nobody_waits_while_an_edit_is_read(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes seconds on a small machine; the state before it serves until then."""
    clock = TickingClock()
    live = LiveKnowledge(base=ours, clock=clock)
    before, go_on, load = live(), threading.Event(), Knowledge.load

    def slow(*packs: object) -> Knowledge:
        assert go_on.wait(60)
        return load(*packs)

    monkeypatch.setattr(Knowledge, "load", slow)
    edit(ours / "themes" / "listening.yaml", "title: Listening\n", "title: Really listening\n")
    for _ in range(3):
        clock.later()
        assert live() is before
    go_on.set()
    assert after_an_edit(live).themes["listening"].title == "Really listening"


def test_a_bad_edit_is_refused_once_and_the_last_good_state_serves_on(
    ours: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its error is logged once with file and line; mending the file is enough."""
    clock = TickingClock()
    live = LiveKnowledge(base=ours, clock=clock)
    good = live()
    path = ours / "themes" / "listening.yaml"
    edit(path, "title: Listening\n", "title: [Listening\n")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.later()
            assert after_an_edit(live) is good
    assert len(caplog.records) == 1
    assert "listening.yaml:" in caplog.text
    edit(path, "title: [Listening\n", "title: Mended\n")
    clock.later()
    assert after_an_edit(live).themes["listening"].title == "Mended"


def test_a_theme_added_and_a_pack_taken_away_are_noticed(ours: Path) -> None:
    """Both are changes, though no file that was there has changed."""
    clock = TickingClock()
    live = LiveKnowledge(base=ours, clock=clock)
    (ours / "depth" / "vision.yaml").unlink()
    (ours / "themes" / "vision.yaml").unlink()
    clock.later()
    assert "vision" not in after_an_edit(live).themes
    good = live()
    ours.rename(ours.with_name("gone"))
    clock.later()
    assert after_an_edit(live) is good


def test_a_bad_start_is_an_error(ours: Path) -> None:
    """Without a good state there is nothing to serve."""
    (ours / "sources.yaml").write_text("nonsense")
    with pytest.raises(KnowledgeError):
        LiveKnowledge(base=ours)
