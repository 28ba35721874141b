import { onMounted, onWillUnmount, reactive, useState } from "@odoo/owl";

const { DateTime } = luxon;
const MINUTE = 60000;
/** A deadline is near when less than this is left. */
const NEAR = 60 * MINUTE;

/** One clock for all deadlines on the screen; it stops with the last of them. */
const clock = reactive({ now: DateTime.now(), users: 0, timer: undefined });

/** Give a clock that goes on while the component is there. */
export function useMinutes() {
    onMounted(() => {
        clock.users++;
        clock.now = DateTime.now();
        clock.timer ??= setInterval(() => (clock.now = DateTime.now()), MINUTE / 2);
    });
    onWillUnmount(() => {
        clock.users--;
        if (!clock.users) {
            clearInterval(clock.timer);
            clock.timer = undefined;
        }
    });
    return useState(clock);
}

/**
 * Say how long until a deadline, or since when it has passed.
 *
 * @param {DateTime} deadline
 * @param {DateTime} now
 */
export function deadlineText(deadline, now) {
    return deadline.toRelative({ base: now, style: "short" });
}

/**
 * Give the colour of a deadline: red when it has passed, yellow in the last hour.
 *
 * @param {DateTime} deadline
 * @param {DateTime} now
 */
export function deadlineClass(deadline, now) {
    const left = deadline - now;
    if (left < 0) {
        return "text-danger fw-bold";
    }
    return left < NEAR ? "text-warning fw-bold" : "";
}
