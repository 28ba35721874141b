"""Planning a week: in free time, beside everything else, each task at most once."""

import importlib.util
import sys
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from runner.paths import ADDONS

MONDAY = datetime(2026, 1, 5)
minutes = st.integers(0, 7 * 24 * 60)
spans = st.lists(
    st.tuples(minutes, st.integers(1, 600)).map(
        lambda span: (
            MONDAY + timedelta(minutes=span[0]),
            MONDAY + timedelta(minutes=span[0] + span[1]),
        )
    ),
    max_size=12,
)


def tool(name):
    full = f"crm_sfa_tool_{name}"
    if full not in sys.modules:
        path = ADDONS / "crm_sfa" / "tools" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(full, path)
        sys.modules[full] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full])
    return sys.modules[full]


schedule, norm = tool("schedule"), tool("norm")
tasks = st.lists(
    st.builds(
        schedule.Task,
        key=st.integers(0, 99),
        minutes=st.integers(1, 240),
        place=st.sampled_from(["", "200000", "310000", "100000"]),
        urgency=st.integers(-30, 60),
    ),
    max_size=25,
    unique_by=lambda task: task.key,
)


def minutes_of(pairs):
    """Give the set of minutes that spans cover."""
    return {
        int((start - MONDAY).total_seconds() // 60) + step
        for start, stop in pairs
        for step in range(int((stop - start).total_seconds() // 60))
    }


@pytest.mark.cap_s06
@given(windows=spans, busy=spans)
def test_free_time_is_windows_without_busy(windows, busy):
    room = schedule.free(windows, busy)
    assert minutes_of(room) == minutes_of(windows) - minutes_of(busy)
    assert all(one[1] <= two[0] for one, two in zip(room, room[1:], strict=False))


@pytest.mark.cap_s06
@given(tasks=tasks, windows=spans, busy=spans)
def test_a_plan_lies_in_free_time_and_never_overlaps(tasks, windows, busy):
    room = schedule.free(windows, busy)
    plan = schedule.plan_week(tasks, room)
    allowed, taken = minutes_of(room), set()
    lengths = {task.key: task.minutes for task in tasks}
    for slot in plan:
        covered = minutes_of([(slot.start, slot.stop)])
        assert len(covered) == lengths.pop(slot.key), "once, and as long as wanted"
        assert covered <= allowed
        assert not covered & taken
        taken |= covered
    assert plan == sorted(plan, key=lambda slot: slot.start)


@pytest.mark.cap_s06
@given(tasks=tasks, windows=spans, seed=st.randoms())
def test_the_order_of_tasks_does_not_matter(tasks, windows, seed):
    shuffled = list(tasks)
    seed.shuffle(shuffled)
    assert schedule.plan_week(shuffled, windows) == schedule.plan_week(tasks, windows)


@pytest.mark.cap_s06
@given(tasks=tasks, windows=spans)
def test_what_is_left_out_has_no_room(tasks, windows):
    plan = schedule.plan_week(tasks, windows)
    planned = {slot.key for slot in plan}
    left = schedule.free(windows, [(slot.start, slot.stop) for slot in plan])
    longest = max((stop - start for start, stop in left), default=timedelta())
    for task in tasks:
        if task.key not in planned:
            assert timedelta(minutes=task.minutes) > longest


@pytest.mark.cap_s06
@given(number=st.integers(1, 8), place=st.sampled_from(["200000", "310000"]))
def test_near_ones_follow_each_other(number, place):
    day = [(MONDAY, MONDAY + timedelta(hours=12))]
    tasks = [
        schedule.Task(f"{where}{one}", 30, where, one)
        for where in ("200000", "310000")
        for one in range(number)
    ]
    order = [slot.key[:6] for slot in schedule.plan_week(tasks, day)]
    assert order == sorted(order)
    assert order.count(place) == number


@pytest.mark.cap_s05
@given(
    day=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    hour=st.floats(0, 23.98),
    zone=st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Asia/Kolkata"]),
)
def test_an_hour_is_on_the_clock_of_the_zone(day, hour, zone):
    start = norm.planned_start(day, hour, zone)
    shown = norm.local(start, zone)
    assume(zone != "America/New_York" or day.month not in (3, 11))  # clocks change
    assert shown.date() == day
    assert abs(shown.hour + shown.minute / 60 - hour) <= 1 / 60
    assert norm.moved_start(start, day, zone) == start
    assert norm.on_time(start, day, zone)
    assert not norm.on_time(start + timedelta(days=1), day, zone)


@pytest.mark.cap_s05
@given(
    edges=st.dictionaries(
        st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4), max_size=8
    )
)
def test_a_cycle_is_found_where_there_is_one(edges):
    reach = {node: set(edges.get(node, ())) for node in range(8)}
    for _step in range(8):
        for node in reach:
            reach[node] |= set().union(*(reach[other] for other in reach[node]), set())
    cycle = norm.find_cycle(edges)
    assert bool(cycle) == any(node in reach[node] for node in reach)
    for one, two in zip(cycle, cycle[1:], strict=False):
        assert two in edges[one]
    assert not cycle or cycle[0] == cycle[-1]


@pytest.mark.cap_s05
@pytest.mark.parametrize("hour", [-1, 24, 30])
def test_no_such_hour(hour):
    with pytest.raises(ValueError):
        norm.planned_start(date(2026, 1, 5), hour, "UTC")


@pytest.mark.cap_s06
def test_no_task_without_length():
    with pytest.raises(ValueError):
        schedule.plan_week([schedule.Task("a", 0)], [])
