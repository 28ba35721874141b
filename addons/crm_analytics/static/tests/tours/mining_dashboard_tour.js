import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_analytics_dashboard", {
    steps: () => [
        { trigger: ".o_mining_tiles .card:contains('Revenue, 12 months')" },
        { trigger: ".o_mining_page canvas[aria-label^='Share of revenue']" },
        { trigger: ".o_mining_page p:contains('Nobody bought for the first time')" },
        { trigger: ".list-group-item:contains('Bought Together'):contains('Has not run')" },
        { trigger: ".o_mining_grid td button:not(:disabled)", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".breadcrumb-item a:contains('Customer Value')", run: "click" },
        { trigger: ".o_mining_tiles [data-tier=A]", run: "click" },
        { trigger: ".o_list_view .o_data_row .badge:contains('A: the first')" },
    ],
});
