import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { markRaw } from "@odoo/owl";
import { MiningPage } from "../page";
import { monthsConfig } from "./pictures";

const AGES = [
    _t("Not due"),
    _t("1–30 days late"),
    _t("31–60 days late"),
    _t("61–90 days late"),
    _t("Over 90 days late"),
    _t("Payments and credits not matched"),
];
const KEYS = { customer: _t("By Customer"), user: _t("By Salesperson"), territory: _t("By Territory") };

/** What customers owe, how old it is, and how long they take to pay. */
export class MiningReceivables extends MiningPage {
    static template = "crm_analytics.Receivables";
    static displayName = _t("Receivables");
    static path = "receivables-by-age";

    async load(day = null) {
        this.env.config.setDisplayName(_t("Receivables"));
        const page = await this.orm.call("mining.receivable", "get_page", [day]);
        Object.assign(this.state, { page, ledger: null, dso: null, months: null });
        // Both read far more than what is open now, so the page does not wait for them.
        this.loadMonths(page.day);
        this.compare(page.day);
    }

    async loadMonths(day) {
        const months = await this.orm.silent.call("mining.receivable", "get_months", [day]);
        if (this.state.page.day === day) {
            this.state.dso = months.at(-1)[3];
            this.state.months = markRaw(monthsConfig(months, { open: _t("Not due or credit"), overdue: _t("Overdue") }));
        }
    }

    async compare(day) {
        const ledger = await this.orm.silent.call("mining.receivable", "get_ledger", [day]);
        if (this.state.page.day === day) {
            this.state.ledger = ledger;
        }
    }

    get ledgerText() {
        const { ledger } = this.state;
        if (ledger === null) {
            return _t("Being compared with the ledger…");
        }
        return this.agrees ? _t("As in the ledger of that day") : _t("The ledger of that day says %s", this.exact(ledger));
    }

    /** Whether the ledger, as far as it has been read, says the same to the cent. */
    get agrees() {
        const { ledger, page } = this.state;
        return ledger === null || Math.abs(ledger - page.total) < 0.005;
    }

    get ages() {
        return this.state.page.classes.map((amount, number) => ({ number, amount, label: AGES[number] }));
    }

    get lists() {
        return Object.entries(this.state.page.by).map(([key, rows]) => ({ key, rows, label: KEYS[key] }));
    }

    get shareText() {
        return _t("%s of receivables", this.percent(this.state.page.share));
    }

    onDay(ev) {
        if (ev.target.value) {
            return this.load(ev.target.value);
        }
    }

    async open(number = null, key = null, recordId = null) {
        const { day } = this.state.page;
        return this.action.doAction(
            await this.orm.call("mining.receivable", "open_items", [day, number, key, recordId])
        );
    }
}

/** What lies in stock, what moves, and what runs out. */
export class MiningStockPage extends MiningPage {
    static template = "crm_analytics.Stock";
    static displayName = _t("Stock");
    static path = "stock-at-work";

    async load() {
        this.env.config.setDisplayName(_t("Stock"));
        this.state.page = await this.orm.call("mining.stock", "get_page", []);
    }

    get lists() {
        const { lists } = this.state.page;
        return [
            { state: "short", label: _t("Runs out Soon"), rows: lists.short, empty: _t("Every product in use lasts for at least two weeks.") },
            { state: "dead", label: _t("Dead Stock"), rows: lists.dead, empty: _t("Everything was used within 180 days.") },
            { state: "slow", label: _t("Slow Stock"), rows: lists.slow, empty: _t("Everything else was used within 90 days.") },
        ];
    }

    daysText(days) {
        return _t("%s days", this.number(days, 1));
    }

    idleText(days) {
        return _t("%s days idle", days);
    }

    openState(state, name) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "mining.stock",
            views: [
                [false, "list"],
                [false, "pivot"],
            ],
            domain: [["company_id", "=", this.state.page.company_id], ...(state ? [["state", "=", state]] : [])],
        });
    }

    async openProduct(id) {
        return this.action.doAction(await this.orm.call("mining.stock", "action_open_moves", [[id]]));
    }
}

registry.category("actions").add("crm_analytics.receivables", MiningReceivables);
registry.category("actions").add("crm_analytics.stock", MiningStockPage);
