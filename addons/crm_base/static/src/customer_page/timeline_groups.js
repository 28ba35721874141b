import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * Give the moment of an item in the reader's time zone.
 *
 * @param {{date: string, date_only: boolean}} item
 */
export function itemDate(item) {
    return item.date_only
        ? deserializeDate(item.date.slice(0, 10))
        : deserializeDateTime(item.date);
}

function groupOf(date, now) {
    if (date > now.endOf("day")) {
        return ["ahead", _t("Ahead")];
    }
    if (date >= now.startOf("day")) {
        return ["today", _t("Today")];
    }
    if (date >= now.startOf("day").minus({ days: 1 })) {
        return ["yesterday", _t("Yesterday")];
    }
    if (date >= now.startOf("day").minus({ days: 7 })) {
        return ["week", _t("Last 7 days")];
    }
    return [date.toFormat("yyyy-MM"), date.toLocaleString({ month: "long", year: "numeric" })];
}

/**
 * Cut a list of items, newest first, into headed groups.
 *
 * @param {Object[]} items
 * @param {luxon.DateTime} [now]
 * @returns {{key: string, label: string, items: Object[]}[]}
 */
export function groupTimeline(items, now = DateTime.local()) {
    const groups = [];
    for (const item of items) {
        const [key, label] = groupOf(itemDate(item), now);
        if (groups.at(-1)?.key !== key) {
            groups.push({ key, label, items: [] });
        }
        groups.at(-1).items.push(item);
    }
    return groups;
}

/**
 * Write when an item happened, short: the time of day where the day is in the heading.
 *
 * @param {Object} item
 * @param {luxon.DateTime} [now]
 */
export function itemWhen(item, now = DateTime.local()) {
    const date = itemDate(item);
    const sameDay = date.hasSame(now, "day");
    if (sameDay && !item.date_only) {
        return date.toLocaleString(DateTime.TIME_SIMPLE);
    }
    if (sameDay) {
        return _t("Today");
    }
    const format = { month: "short", day: "numeric" };
    if (!date.hasSame(now, "year")) {
        format.year = "numeric";
    }
    return date.toLocaleString(format);
}
