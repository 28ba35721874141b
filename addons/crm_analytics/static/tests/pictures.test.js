import { expect, test } from "@odoo/hoot";
import { cohortTable } from "@crm_analytics/dashboard/pictures";

const JANUARY = 12 * 2026;

test("cohorts go on to the last full month of the run", () => {
    const cohorts = [
        [JANUARY, 0, 4],
        [JANUARY, 2, 1],
    ];
    const shares = (until) => cohortTable(cohorts, until)[0].shares.map((cell) => cell.share);
    expect(shares("2026-05-31")).toEqual([0, 0.25, 0, 0]);
    expect(shares("2026-05-30")).toEqual([0, 0.25, 0]);
    expect(shares("2026-01-31")).toEqual([]);
    expect(cohortTable([], "2026-05-30")).toEqual([]);
});
