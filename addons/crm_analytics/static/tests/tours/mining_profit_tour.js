import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_analytics_profit", {
    steps: () => [
        { trigger: ".o_mining_profit .o_mining_bridge tr:contains('The ledger')" },
        { trigger: ".o_mining_profit canvas[aria-label^='Cumulated profit']" },
        { trigger: ".o_mining_losers button", run: "click" },
        { trigger: ".o_mining_waterfall canvas" },
        { trigger: ".o_mining_gap tr:contains('Difference of profit')" },
        { trigger: ".o_mining_waterfall button[data-step=goods]", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".breadcrumb-item a:contains('Profit by Customer')", run: "click" },
        { trigger: ".o_mining_profit [data-tile=losing]", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});
