import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_analytics_run", {
    steps: () => [
        { trigger: ".o_mining_progress:contains('Score'):contains('60 %')" },
        { trigger: ".o_mining_progress [role=progressbar][aria-valuenow='60']" },
        { trigger: ".o_statusbar_buttons button[name=action_cancel]", run: "click" },
        { trigger: ".o_mining_progress:contains('Being Cancelled')" },
        { trigger: ".o_form_view:not(:has(button[name=action_cancel]))" },
    ],
});
