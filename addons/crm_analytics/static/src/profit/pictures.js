/** Figures of profit as pictures; nothing here knows the client. */

const GREEN = "#21b799";
const RED = "#d44c59";
const PLUM = "#714b67";

/**
 * Give the whale curve: cumulated profit, best customers first.
 *
 * @param {Array} whale `[place, cumulated profit]`
 */
export function whaleConfig(whale, labels) {
    const points = [{ x: 0, y: 0 }, ...whale.map(([x, y]) => ({ x, y }))];
    return {
        type: "line",
        data: {
            datasets: [
                { data: points, borderColor: PLUM, backgroundColor: `${PLUM}20`, fill: true, pointRadius: 0 },
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            plugins: { legend: { display: false } },
            scales: {
                x: { type: "linear", max: points.at(-1).x, title: { display: true, text: labels.customers } },
                y: { ticks: { maxTicksLimit: 6 }, title: { display: true, text: labels.profit } },
            },
        },
    };
}

/**
 * Give each step as a bar between what was before and after it; sums stand on zero.
 *
 * @param {Array} steps objects with `amount` and `total`
 * @returns {Array} `[from, to]`
 */
export function waterfallBars(steps) {
    let level = 0;
    return steps.map(({ amount, total }) => {
        if (total) {
            level = amount;
            return [0, amount];
        }
        level += amount;
        return [level - amount, level];
    });
}

/** Give the configuration of the waterfall. */
export function waterfallConfig(steps) {
    const color = (step) => (step.total ? PLUM : step.amount < 0 ? RED : GREEN);
    return {
        type: "bar",
        data: {
            labels: steps.map((step) => step.label),
            datasets: [{ data: waterfallBars(steps), backgroundColor: steps.map(color) }],
        },
        options: {
            animation: false,
            indexAxis: "y",
            maintainAspectRatio: false,
            plugins: {
                legend: { display: false },
                tooltip: { callbacks: { label: ({ dataIndex }) => steps[dataIndex].amount.toLocaleString() } },
            },
            scales: { x: { ticks: { maxTicksLimit: 5 } }, y: { ticks: { autoSkip: false } } },
        },
    };
}
