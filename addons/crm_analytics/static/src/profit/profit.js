import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { MiningPage } from "../page";
import { waterfallConfig, whaleConfig } from "./pictures";

/** Who brings profit, who costs money and why, and whether it agrees with the ledger. */
export class MiningProfitPage extends MiningPage {
    static template = "crm_analytics.Profit";
    static displayName = _t("Profit by Customer");
    static path = "profit-by-customer";

    async load() {
        this.env.config.setDisplayName(_t("Profit by Customer"));
        const page = await this.orm.call("mining.profit", "get_page", []);
        this.state.page = page;
        if (page.run) {
            this.whale = whaleConfig(page.run.whale, {
                customers: _t("Customers, best first"),
                profit: _t("Profit so far"),
            });
        }
    }

    get losingText() {
        const { losing } = this.state.page.run;
        return losing === 1 ? _t("1 customer loses money") : _t("%s customers lose money", losing);
    }

    openCustomers(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "mining.profit",
            views: [
                [false, "list"],
                [false, "pivot"],
            ],
            domain: [["run_id", "=", this.state.page.run.id], ...domain],
        });
    }

    openAll() {
        return this.openCustomers(_t("Profit Ranking"), []);
    }

    openLosing() {
        return this.openCustomers(_t("Loses Money"), [["profit", "<", 0]]);
    }

    openMeasure([measure, label]) {
        return this.openCustomers(label, [
            ["profit", "<", 0],
            ["measure", "=", measure],
        ]);
    }

    async openCustomer(id) {
        return this.action.doAction(await this.orm.call("mining.profit", "action_open_page", [[id]]));
    }

    async openStep(id) {
        return this.action.doAction(
            await this.orm.call("mining.profit.bridge", "action_open_documents", [[id]])
        );
    }

    openRates() {
        return this.action.doAction("crm_analytics.mining_activity_rate_action");
    }

    async run() {
        await this.orm.call("mining.profit", "action_run_now", []);
        await this.load();
    }
}

/** How the profit of one customer comes about, step by step, and why it differs. */
export class MiningWaterfall extends MiningPage {
    static template = "crm_analytics.Waterfall";
    static displayName = _t("Profit of a Customer");

    /** Give the customer of the action, also after the page was loaded anew. */
    get profitId() {
        return this.props.action.params.profit_id || this.props.state?.profit_id;
    }

    async load() {
        if (!this.profitId) {
            return this.action.doAction("crm_analytics.mining_profit_page_action", { clearBreadcrumbs: true });
        }
        await this.compare();
        this.env.config.setDisplayName(this.state.page.name);
        this.config = waterfallConfig(this.state.page.steps);
    }

    /** Compare with a group of the customer's, the first by default. */
    async compare(peer) {
        const page = await this.orm.call("mining.profit", "get_waterfall", [[this.profitId]], { peer });
        this.reasons = page.steps
            .filter((step) => step.gap && !step.total)
            .sort((one, other) => one.gap - other.gap);
        this.state.page = page;
    }

    get peerTitle() {
        const { peer, peers } = this.state.page;
        return _t("Against %s", peers.find(([key]) => key === peer)[1]);
    }

    async openStep(step) {
        return this.action.doAction(
            step.part_id
                ? await this.orm.call("mining.profit.part", "action_open_documents", [[step.part_id]])
                : await this.orm.call("mining.profit", "action_open_step", [[this.profitId], step.key])
        );
    }
}

registry.category("actions").add("crm_analytics.profit", MiningProfitPage);
registry.category("actions").add("crm_analytics.waterfall", MiningWaterfall);
