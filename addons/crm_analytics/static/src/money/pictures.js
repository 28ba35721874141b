/**
 * Give receivables by month end as stacked bars: overdue, and the rest.
 *
 * @param {Array} months `[day, open, overdue, days of sales outstanding]`
 */
export function monthsConfig(months, labels) {
    const bar = (label, data, backgroundColor) => ({ label, data, backgroundColor, stack: "open" });
    return {
        type: "bar",
        data: {
            labels: months.map(([day]) => day.slice(0, 7)),
            datasets: [
                bar(labels.overdue, months.map((row) => row[2]), "#d44c59"),
                bar(labels.open, months.map((row) => row[1] - row[2]), "#714b67"),
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            scales: { x: { stacked: true }, y: { stacked: true, ticks: { maxTicksLimit: 6 } } },
        },
    };
}
