import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { groupTimeline, itemWhen } from "./timeline_groups";

const PAGE = 30;

/** Everything that happened with a customer, newest first, filtered by kind and date. */
export class CustomerTimeline extends Component {
    static template = "crm_base.CustomerTimeline";
    static components = { DateTimeInput };
    static props = {
        partnerId: Number,
        revision: { type: Number, optional: true },
    };
    static defaultProps = { revision: 0 };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.listRef = useRef("list");
        this.endRef = useRef("end");
        this.state = useState({
            items: [],
            kinds: [],
            chosen: [],
            from: false,
            to: false,
            showDates: false,
            cursor: false,
            loading: true,
            loaded: false,
        });
        onWillStart(() => this.load(this.props, true));
        onWillUpdateProps((next) => {
            if (
                next.partnerId !== this.props.partnerId ||
                next.revision !== this.props.revision
            ) {
                return this.load(next, true);
            }
        });
        useEffect(
            (el) => {
                if (!el) {
                    return;
                }
                const observer = new IntersectionObserver(
                    (entries) => entries.some((entry) => entry.isIntersecting) && this.more(),
                    { rootMargin: "200px" }
                );
                observer.observe(el);
                return () => observer.disconnect();
            },
            () => [this.endRef.el, this.state.cursor]
        );
    }

    /** Read a page; `fresh` starts again from the newest item. */
    async load(props, fresh) {
        this.state.loading = true;
        try {
            const page = await this.keepLast.add(
                this.orm.call("res.partner", "get_customer_timeline", [[props.partnerId]], {
                    kinds: this.state.chosen.length ? [...this.state.chosen] : null,
                    date_from: this.state.from ? serializeDate(this.state.from) : null,
                    date_to: this.state.to ? serializeDate(this.state.to) : null,
                    cursor: fresh ? null : this.state.cursor,
                    limit: PAGE,
                })
            );
            this.state.items = fresh ? page.items : [...this.state.items, ...page.items];
            this.state.cursor = page.next_cursor;
            this.state.kinds = page.kinds;
            this.state.loaded = true;
            this.state.loading = false;
        } catch (error) {
            // without a cursor the end of the list does not ask again by itself
            this.state.cursor = false;
            this.state.loading = false;
            throw error;
        }
    }

    more() {
        if (this.state.cursor && !this.state.loading) {
            return this.load(this.props, false);
        }
    }

    get groups() {
        return groupTimeline(this.state.items);
    }

    get isFiltered() {
        return Boolean(this.state.chosen.length || this.state.from || this.state.to);
    }

    get emptyText() {
        return this.isFiltered
            ? _t("Nothing matches these filters.")
            : _t("Nothing has happened yet. Messages, meetings, orders and calls appear here.");
    }

    when(item) {
        return itemWhen(item);
    }

    amount(item) {
        return item.amount === false
            ? ""
            : formatMonetary(item.amount, { currencyId: item.currency_id || undefined });
    }

    isChosen(kind) {
        return this.state.chosen.includes(kind);
    }

    toggle(kind) {
        this.state.chosen = this.isChosen(kind)
            ? this.state.chosen.filter((chosen) => chosen !== kind)
            : [...this.state.chosen, kind];
        return this.load(this.props, true);
    }

    setDate(side, date) {
        this.state[side] = date || false;
        return this.load(this.props, true);
    }

    clear() {
        Object.assign(this.state, { chosen: [], from: false, to: false, showDates: false });
        return this.load(this.props, true);
    }

    async open(item) {
        const action = await this.orm.call("res.partner", "get_customer_timeline_action", [], {
            res_model: item.res_model,
            res_id: item.res_id,
        });
        return this.action.doAction(action);
    }

    /** Arrow keys walk the items; Home and End jump. Enter opens, as on any button. */
    onKeydown(ev) {
        const items = [...this.listRef.el.querySelectorAll(".o_crm_timeline_item")];
        const at = items.indexOf(document.activeElement);
        const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[
            ev.key
        ];
        if (target === undefined || !items[target]) {
            return;
        }
        ev.preventDefault();
        items[target].focus();
    }
}
