/** Figures of a run as tables and pictures; nothing here knows the client. */

const CLASSES = [5, 4, 3, 2, 1];
const TIERS = ["A", "B", "C", "D"];

/**
 * Give the last twelve months against those before.
 *
 * @param {Array} months `[month, revenue, margin, revenue with cost]`, oldest first
 */
export function yearOnYear(months) {
    const sum = (rows, place) => rows.reduce((total, row) => total + (row[place] || 0), 0);
    const last = months.slice(-12);
    const before = months.slice(-24, -12);
    const revenue = sum(last, 1);
    const costed = sum(last, 3);
    const earlier = sum(before, 1);
    return {
        revenue,
        change: before.length === 12 && earlier > 0 ? revenue / earlier - 1 : null,
        margin: sum(last, 2),
        rate: costed > 0 ? sum(last, 2) / costed : null,
    };
}

/** Give the 5 × 5 grid: rows by recency, best first, cells by frequency. */
export function gridTable(grid) {
    const cells = Object.fromEntries(grid.map(([r, f, count, revenue]) => [`${r}${f}`, { count, revenue }]));
    const most = Math.max(1, ...grid.map((row) => row[3]));
    return CLASSES.map((r) => ({
        r,
        cells: [...CLASSES].reverse().map((f) => {
            const { count, revenue } = cells[`${r}${f}`] || { count: 0, revenue: 0 };
            return { r, f, count, revenue, shade: Math.max(0, revenue) / most };
        }),
    }));
}

/**
 * Give a row for each month of first purchase: who bought again, as shares.
 *
 * @param {string} until last day of the run; a month that had not ended says nothing
 */
export function cohortTable(cohorts, until) {
    const rows = new Map();
    for (const [cohort, months, customers] of cohorts) {
        if (!rows.has(cohort)) {
            rows.set(cohort, new Map());
        }
        rows.get(cohort).set(months, customers);
    }
    const last = lastFullMonth(until);
    return [...rows].map(([cohort, found]) => {
        const size = found.get(0) || 0;
        const shares = [];
        for (let months = 1; months <= last - cohort; months++) {
            shares.push({ months, share: size ? (found.get(months) || 0) / size : 0 });
        }
        return { cohort, label: monthLabel(cohort), size, shares };
    });
}

/** Give where customers of each tier went since the run before. */
export function migrationTable(migration) {
    const found = Object.fromEntries(migration.map(([from, to, count]) => [`${from}>${to}`, count]));
    const froms = [...TIERS, null];
    return migration.length
        ? froms.map((from) => ({
              from,
              cells: froms.map((to) => ({ to, count: found[`${from}>${to}`] || 0 })),
          }))
        : [];
}

/** Give the number of the last month that had ended on a day. */
function lastFullMonth(day) {
    const [year, month, date] = day.split("-").map(Number);
    const hasEnded = date === new Date(year, month, 0).getDate();
    return 12 * year + month - (hasEnded ? 1 : 2);
}

export function monthLabel(number) {
    return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
}

const AXIS = { beginAtZero: true, ticks: { maxTicksLimit: 6 } };

/** Give the configuration of the 80/20 curve. */
export function curveConfig(curve, labels) {
    const points = [{ x: 0, y: 0 }, ...curve.map(([x, y]) => ({ x: 100 * x, y: 100 * (y || 0) }))];
    return {
        type: "line",
        data: {
            datasets: [
                { data: points, borderColor: "#714b67", pointRadius: 0, fill: true, backgroundColor: "#714b6720" },
                { data: [{ x: 0, y: 0 }, { x: 100, y: 100 }], borderColor: "#adb5bd", borderDash: [4, 4], pointRadius: 0 },
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            plugins: { legend: { display: false } },
            scales: {
                x: { type: "linear", max: 100, title: { display: true, text: labels.customers } },
                y: { ...AXIS, max: 100, title: { display: true, text: labels.revenue } },
            },
        },
    };
}

/** Give the configuration of revenue and margin by month. */
export function monthsConfig(months, labels) {
    return {
        type: "bar",
        data: {
            labels: months.map((row) => row[0]),
            datasets: [
                { label: labels.revenue, data: months.map((row) => row[1]), backgroundColor: "#714b67" },
                { label: labels.margin, data: months.map((row) => row[2]), backgroundColor: "#21b799" },
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            scales: { y: AXIS },
        },
    };
}
