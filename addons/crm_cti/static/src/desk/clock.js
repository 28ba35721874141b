import { Component, onWillUnmount, useState, xml } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/**
 * Write seconds as minutes and seconds, with hours where there are some.
 *
 * @param {number} seconds
 */
export function formatSeconds(seconds) {
    const rest = Math.max(0, Math.floor(seconds));
    const parts = [Math.floor(rest / 60) % 60, rest % 60];
    const hours = Math.floor(rest / 3600);
    const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
    return hours ? `${hours}:${text}` : text;
}

/** The time since a moment, or until one, both as the server writes them. */
export class Clock extends Component {
    static template = xml`<span class="o_cti_time" t-out="text"/>`;
    static props = {
        since: { type: String, optional: true },
        until: { type: [String, Boolean], optional: true },
    };

    setup() {
        this.state = useState({ now: DateTime.now() });
        const timer = setInterval(() => (this.state.now = DateTime.now()), 1000);
        onWillUnmount(() => clearInterval(timer));
    }

    get text() {
        const { since, until } = this.props;
        const { now } = this.state;
        const span = until ? deserializeDateTime(until).diff(now) : now.diff(deserializeDateTime(since));
        return formatSeconds(span.as("seconds"));
    }
}
