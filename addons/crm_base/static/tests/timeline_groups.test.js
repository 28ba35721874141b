import { describe, expect, test } from "@odoo/hoot";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { groupTimeline, itemWhen } from "@crm_base/customer_page/timeline_groups";
import { makeMockEnv } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

const item = (date, date_only = false) => ({ date, date_only });

test("items stand under headings, in the reader's time zone", async () => {
    mockTimeZone("Asia/Shanghai");
    mockDate("2026-03-10 04:00:00", 8);
    await makeMockEnv();
    const groups = groupTimeline([
        item("2026-03-15 00:00:00", true),
        item("2026-03-10 02:00:00"),
        item("2026-03-10 00:00:00", true),
        item("2026-03-08 16:30:00"), // 9 March, half past midnight in Shanghai
        item("2026-03-05 00:00:00", true),
        item("2026-02-20 00:00:00", true),
        item("2026-02-01 00:00:00"),
        item("2025-02-01 00:00:00"),
    ]);
    expect(groups.map(({ key, items }) => [key, items.length])).toEqual([
        ["ahead", 1],
        ["today", 2],
        ["yesterday", 1],
        ["week", 1],
        ["2026-02", 2],
        ["2025-02", 1],
    ]);
});

test("a short date says the year only when it is another", async () => {
    mockTimeZone("Europe/London");
    mockDate("2026-03-10 12:00:00", 0);
    await makeMockEnv();
    expect(itemWhen(item("2026-03-10 00:00:00", true))).toBe("Today");
    expect(itemWhen(item("2026-03-10 09:05:00"))).toInclude("9:05");
    expect(itemWhen(item("2026-01-05 09:05:00"))).toBe("Jan 5");
    expect(itemWhen(item("2025-01-05 00:00:00", true))).toBe("Jan 5, 2025");
});
