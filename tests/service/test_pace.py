import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.service.pace import Pace, Rhythm

Row = tuple[str, int]
JOURNEY = 0.2
STEPS: list[tuple[float, Row]] = [
    (0.0, ("SUBMITTED", 0)),
    (1.5, ("IN_PROGRESS", 0)),
    *[
        (1.5 + 0.4 * progress, ("IN_PROGRESS", progress))
        for progress in (6, 15, 31, 46, 62, 78, 93)
    ],
    (41.5, ("SUCCESS", 100)),
]


def forty_seconds(now: float) -> Row:
    """What a service shows of a task that was submitted at 0 and runs for 40 s."""
    return STEPS[bisect_right([at for at, _ in STEPS], now) - 1][1]


def refreshed(at: list[float], row: Callable[[float], Row]) -> Callable[[float], Row]:
    """The same behind a gateway that looks at it only at these instants."""

    def seen(now: float) -> Row:
        looks = [look for look in at if look <= now]
        return row(looks[-1]) if looks else ("", 0)

    return seen


def ask(
    pace: Pace,
    now: float,
    status: str = "IN_PROGRESS",
    progress: int | None = 0,
    *,
    action: str = "IMAGINE",
    running_for: float | None = None,
    changed: bool = True,
    looks_ended: bool = False,
) -> float:
    return pace.saw(
        now,
        status=status,
        progress=progress,
        action=action,
        running_for=running_for,
        changed=changed,
        looks_ended=looks_ended,
    )


def follow(
    pace: Pace,
    shown: Callable[[float], Row],
    *,
    submitted: float = 0.0,
    until: float = 600.0,
    action: str = "IMAGINE",
) -> list[float]:
    """When answers came, until the task had ended. An answer is half a journey old."""
    now, seen, answers = submitted + JOURNEY, None, []
    while now < until:
        row = shown(now - submitted - JOURNEY / 2)
        answers.append(now)
        wait = ask(pace, now, *row, action=action, changed=row != seen)
        seen = row
        if row[0] == "SUCCESS":
            break
        now += wait + JOURNEY
    return answers


def gaps(answers: list[float]) -> list[float]:
    return [later - sooner for sooner, later in pairwise(answers)]


# A task that is asked about directly


def test_costs_at_most_sixteen_requests_and_sees_the_end_within_a_second() -> None:
    answers = follow(Pace(Rhythm()), forty_seconds)
    assert len(answers) <= 16
    assert answers[-1] - 41.5 <= 1.0


def test_asks_more_often_when_the_predicted_end_is_near() -> None:
    answers = follow(Pace(Rhythm()), forty_seconds)
    middle = [later - sooner for sooner, later in pairwise(answers) if 10 < sooner < 25]
    end = [later - sooner for sooner, later in pairwise(answers) if sooner > 38]
    assert min(middle) > 3
    assert max(end) < 1.5


def test_sees_the_end_of_a_short_task_at_once() -> None:
    def upscale(now: float) -> Row:
        return ("SUBMITTED", 0) if now < 0.5 else ("IN_PROGRESS", 0) if now < 1.5 else STEPS[-1][1]

    for action in ("UPSCALE", "upscale"):
        assert follow(Pace(Rhythm()), upscale, action=action)[-1] - 1.5 <= 0.8


def test_predicts_from_what_was_seen_rather_than_from_a_skewed_clock() -> None:
    waits = []
    for running_for in (None, 8.0, -300.0, 300.0, 1e12, math.nan, math.inf):
        pace = Pace(Rhythm())
        ask(pace, 0, progress=15, running_for=running_for)
        ask(pace, 5, progress=31, running_for=running_for)
        ask(pace, 10, progress=46, running_for=running_for)
        waits.append(ask(pace, 15, progress=62, running_for=running_for))
    assert max(waits) - min(waits) < 1.5


def test_believes_a_plausible_clock_of_a_task_it_joins() -> None:
    fresh, late = Pace(Rhythm()), Pace(Rhythm())
    for now in (0.0, 6.0):
        until_fresh = ask(fresh, now, "IN_PROGRESS", 0, running_for=now, changed=now == 0)
        until_late = ask(late, now, "IN_PROGRESS", 0, running_for=32 + now, changed=now == 0)
    assert until_late < until_fresh


def test_progress_that_is_not_told_for_once_does_not_count_as_a_new_beginning() -> None:
    told, paused = Pace(Rhythm()), Pace(Rhythm())
    for pace in (told, paused):
        ask(pace, 0, "SUBMITTED")
        ask(pace, 1)
        ask(pace, 20, progress=50)
    assert ask(told, 21, progress=50, changed=False) == ask(
        paused, 21, progress=None, changed=False
    )


@pytest.mark.parametrize("stuck_at", [0, 50, 93])
def test_a_task_that_is_stuck_is_asked_about_every_ten_to_fifteen_seconds(stuck_at: int) -> None:
    def never(now: float) -> Row:
        return "IN_PROGRESS", min(forty_seconds(now)[1], stuck_at)

    answers = follow(Pace(Rhythm()), never, until=3600)
    assert all(10 <= gap <= 15 for gap in gaps(answers)[-100:])


def test_a_long_queue_is_asked_about_every_ten_seconds_or_so() -> None:
    answers = follow(Pace(Rhythm()), lambda _now: ("NOT_START", 0), until=600)
    assert len(answers) <= 70
    assert max(gaps(answers)) <= 12 + 2 * JOURNEY


def test_a_status_nobody_knows_is_followed_like_a_running_task() -> None:
    assert ask(Pace(Rhythm()), 0, "DREAMING", 10) == ask(Pace(Rhythm()), 0, "IN_PROGRESS", 10)


def test_a_status_may_be_spelled_in_small_letters() -> None:
    pace = Pace(Rhythm())
    assert ask(pace, 0, "modal") == ask(pace, 1, "MODAL") == 15


def test_later_tasks_profit_from_how_long_earlier_ones_ran() -> None:
    def silent(now: float) -> Row:
        return ("SUBMITTED", 0) if now < 1 else ("IN_PROGRESS", 0) if now < 21 else STEPS[-1][1]

    rhythm = Rhythm()
    first = follow(Pace(rhythm), silent)
    assert 18 < rhythm.usual("IMAGINE") < 24
    second = follow(Pace(rhythm), silent)
    assert second[-1] < first[-1]
    assert second[-1] - 21 <= 1


def test_a_task_joined_on_the_way_teaches_nothing_about_usual_runs() -> None:
    rhythm = Rhythm()
    ask(pace := Pace(rhythm), 0, "IN_PROGRESS", 78)
    ask(pace, 4, "SUCCESS", 100)
    assert rhythm.usual("IMAGINE") == Rhythm().usual("IMAGINE")


# A gateway that refreshes its rows every 15 s


LOOKS = [7.0, 22.3, 37.6, 53.0]
"""When the gateway looks: it shows the end at 53, though the task ended at 41.5."""


def test_learns_within_the_first_task_when_a_gateway_looks() -> None:
    rhythm = Rhythm()
    answers = follow(Pace(rhythm), refreshed(LOOKS, forty_seconds))
    assert rhythm.sure
    assert len(answers) <= 20
    assert answers[-1] - LOOKS[-1] <= 0.9


def test_asks_in_short_steps_around_the_predicted_refresh_and_not_before() -> None:
    answers = follow(Pace(Rhythm()), refreshed(LOOKS, forty_seconds))
    after_third = [at for at in answers if at > LOOKS[2]]
    asleep = max(gaps(after_third))
    awake = [at for at in after_third if at > LOOKS[3] - 1.0]
    assert asleep > 12
    assert max(gaps(awake)) <= 0.9


def test_the_next_task_knows_the_gateway_from_the_start() -> None:
    rhythm = Rhythm()
    first = follow(Pace(rhythm), refreshed(LOOKS, forty_seconds))
    later = [68.4 - 60, 83.7 - 60, 99.1 - 60, 114.4 - 60]
    second = follow(Pace(rhythm), refreshed(later, forty_seconds), submitted=60.0)
    assert len(second) < len(first)
    assert second[-1] - 114.4 <= 0.9


def test_one_change_alone_makes_no_gateway() -> None:
    rhythm = Rhythm()
    follow(Pace(rhythm), refreshed(LOOKS, forty_seconds), until=20)
    assert not rhythm.supposed


def test_a_direct_service_is_not_taken_for_a_gateway() -> None:
    rhythm = Rhythm()
    for turn in range(5):
        follow(Pace(rhythm), forty_seconds, submitted=100.0 * turn, until=1000)
    assert not rhythm.supposed


def misjudged() -> Rhythm:
    """Is sure that the service looks at 0, 15, 30..., though it does not."""
    rhythm = Rhythm()
    rhythm.suppose((-0.5, 0.0), (14.8, 15.3), blank=True)
    rhythm.changed((30.0, 31.0))
    rhythm.changed((45.0, 46.5))
    assert rhythm.sure
    return rhythm


def test_a_direct_service_misjudged_as_a_gateway_recovers() -> None:
    rhythm = misjudged()
    answers = follow(Pace(rhythm), forty_seconds, submitted=50.0)
    assert not rhythm.supposed
    assert answers[-1] - 91.5 <= 1.0
    again = follow(Pace(rhythm), forty_seconds, submitted=200.0)
    assert len(again) <= 16
    assert again[-1] - 241.5 <= 1.0


def test_a_supposition_is_dropped_by_a_change_when_no_refresh_could_be() -> None:
    rhythm = misjudged()
    rhythm.changed((52.0, 57.0))
    assert not rhythm.supposed
    assert rhythm.window(60.0) is None


def test_a_change_seen_by_another_task_narrows_the_window() -> None:
    rhythm = Rhythm()
    rhythm.suppose((0.0, 4.0), (14.0, 19.0), blank=False)
    wide = rhythm.window(20.0)
    rhythm.changed((16.0, 17.0))
    narrow = rhythm.window(20.0)
    assert wide is not None
    assert narrow is not None
    assert wide[0] <= narrow[0] < narrow[1] < wide[1]


def test_the_longer_ago_the_last_refresh_the_wider_the_window() -> None:
    rhythm = misjudged()
    soon, late = rhythm.window(50.0), rhythm.window(200.0)
    assert soon is not None
    assert late is not None
    assert soon[1] - soon[0] < late[1] - late[0]


def test_a_refresh_that_is_late_is_not_slept_through() -> None:
    rhythm = misjudged()
    pace = Pace(rhythm)
    now, waits = 47.0, []
    ask(pace, 46.0, progress=30)
    while now < 75:
        waits.append(ask(pace, now, progress=30, changed=False))
        now += waits[-1]
    assert waits[0] > 10
    assert max(waits[1:]) < 7


@given(
    low=st.floats(0, 100),
    width=st.floats(0.1, 14),
    spans=st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 20)), max_size=20),
)
def test_a_window_is_never_empty_nor_past(
    low: float, width: float, spans: list[tuple[float, float]]
) -> None:
    rhythm = Rhythm()
    rhythm.suppose((low, low + width), (low + 14, low + 14 + width), blank=True)
    now = low + 14 + width
    for pause, length in spans:
        now += pause + length
        rhythm.changed((now - length, now))
        if window := rhythm.window(now):
            assert window[0] < window[1]
            assert window[1] > now


# Polls without an answer


def test_waits_longer_after_each_poll_that_failed() -> None:
    pace = Pace(Rhythm())
    waits = [pace.missed(float(i)) for i in range(12)]
    assert 1 <= waits[0] <= 2
    assert 2 <= waits[1] <= 4
    assert all(15 <= wait <= 30 for wait in waits[5:])


def test_where_nobody_answers_it_is_asked_less_and_less() -> None:
    pace = Pace(Rhythm())
    waits = [pace.missed(float(i), rarely=True) for i in range(12)]
    assert 1 <= waits[0] <= 2
    assert all(90 <= wait <= 180 for wait in waits[8:])


def test_an_answer_resets_the_back_off() -> None:
    pace = Pace(Rhythm())
    for i in range(8):
        pace.missed(float(i))
    ask(pace, 9.0)
    assert pace.missed(10.0) <= 2


def test_comes_back_when_the_service_says_but_not_after_more_than_five_minutes() -> None:
    assert Pace(Rhythm()).missed(0.0, retry_after=42.0) == 42.0
    assert Pace(Rhythm()).missed(0.0, retry_after=1e9) == 300.0
    assert Pace(Rhythm()).missed(0.0, retry_after=math.inf) == 300.0
    assert Pace(Rhythm()).missed(0.0, retry_after=0.0) >= 1.0
    assert Pace(Rhythm()).missed(0.0, retry_after=-5.0) >= 1.0
    assert Pace(Rhythm()).missed(0.0, retry_after=math.nan) <= 2.0


# The user's own interval


def test_a_fixed_interval_overrides_all() -> None:
    pace = Pace(Rhythm(), interval=3.0)
    for status in ("", "MODAL", "IN_PROGRESS", "NOT_START"):
        assert ask(pace, 5.0, status) == 3.0


def test_failed_polls_are_not_repeated_faster_than_the_fixed_interval() -> None:
    assert Pace(Rhythm(), interval=20.0).missed(0.0) == 20.0
    assert Pace(Rhythm(), interval=600.0).missed(0.0) == 30.0


@pytest.mark.parametrize("interval", [0.0, -1.0, math.nan])
def test_an_interval_that_is_none_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        Pace(Rhythm(), interval)


# What a card says


def test_tells_for_how_long_nothing_changed() -> None:
    pace = Pace(Rhythm())
    assert pace.unchanged_for(100.0) == 0.0
    ask(pace, 100.0)
    ask(pace, 105.0, changed=False)
    assert pace.unchanged_for(107.0) == 7.0
    ask(pace, 110.0, progress=6)
    assert pace.unchanged_for(110.5) == 0.5


def test_a_running_task_stalls_after_three_usual_runs_and_not_within_a_minute() -> None:
    pace = Pace(Rhythm())
    assert not pace.is_stalled(1e6)
    ask(pace, 0.0, progress=93)
    assert not pace.is_stalled(119.0)
    assert pace.is_stalled(121.0)
    ask(quick := Pace(Rhythm()), 0.0, action="UPSCALE")
    assert not quick.is_stalled(59.0)
    assert quick.is_stalled(61.0)


@pytest.mark.parametrize("status", ["", "PAINTED"])
def test_what_looks_ended_by_all_but_its_status_stalls_after_a_minute(status: str) -> None:
    ask(pace := Pace(Rhythm()), 0.0, status, looks_ended=True)
    assert not pace.is_stalled(59.0)
    assert pace.is_stalled(61.0)


@pytest.mark.parametrize("status", ["", "NOT_START", "SUBMITTED", "MODAL", "SUCCESS", "failure"])
def test_nothing_stalls_that_waits_or_has_ended(status: str) -> None:
    ask(pace := Pace(Rhythm()), 0.0, status)
    assert not pace.is_stalled(3600.0)


# Whatever a service says


@given(
    interval=st.none() | st.floats(min_value=0, exclude_min=True),
    answers=st.lists(
        st.tuples(
            st.floats(0, 1e4),
            st.sampled_from(["", "NOT_START", "SUBMITTED", "MODAL", "IN_PROGRESS", "SUCCESS"])
            | st.text(max_size=8),
            st.none() | st.integers(-(10**6), 10**6),
            st.sampled_from(["IMAGINE", "UPSCALE"]) | st.text(max_size=8),
            st.none() | st.floats(),
            st.booleans(),
            st.none() | st.floats(),
        ),
        max_size=40,
    ),
)
def test_every_wait_is_within_bounds(
    interval: float | None,
    answers: list[tuple[float, str, int | None, str, float | None, bool, float | None]],
) -> None:
    rhythm = Rhythm()
    paces = Pace(rhythm, interval), Pace(rhythm)
    now = -5e3
    for passed, status, progress, action, running_for, changed, retry_after in answers:
        now += passed
        for pace in paces:
            wait = ask(
                pace,
                now,
                status,
                progress,
                action=action,
                running_for=running_for,
                changed=changed,
            )
            assert 0.4 <= wait <= 30.0
            assert pace.unchanged_for(now) >= 0
            pace.is_stalled(now)
        assert 0.4 <= paces[0].missed(now) <= 30.0
        assert 0.4 <= paces[1].missed(now, retry_after) <= 300.0
