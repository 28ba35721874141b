import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_sfa_announcement", {
    steps: () => [
        { trigger: ".o_sfa_announcement_button .badge:contains('1')" },
        { trigger: ".o_sfa_announcement_button", run: "click" },
        { trigger: ".o_sfa_announcement_list button:contains('Tour news')", run: "click" },
        { trigger: ".o_sfa_announcement_body:contains('Meet at nine')" },
        { trigger: ".o_sfa_announcement_list button:contains('I have read it')", run: "click" },
        { trigger: ".o_sfa_announcement_list .fa-check" },
        { trigger: ".o_sfa_announcement_button:not(:has(.badge))" },
    ],
});

registry.category("web_tour.tours").add("crm_sfa_approval", {
    steps: () => [
        { trigger: ".alert:contains('its cost is not calculated')" },
        { trigger: "button[name=action_sfa_ask_approval]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit First order of a big account",
        },
        { trigger: ".modal button[name=action_ask]", run: "click" },
        { trigger: ".alert:contains('waits for an approval')" },
        { trigger: "button[name=action_sfa_open_approvals]", run: "click" },
        { trigger: ".o_data_row .badge:contains('Waiting')" },
    ],
});

registry.category("web_tour.tours").add("crm_sfa_stage_gate", {
    steps: () => [
        { trigger: ".o_sfa_gate_missing:contains('Expected Closing')" },
        { trigger: "a[name=sfa_stage_log]", run: "click" },
        { trigger: ".o_field_widget[name=sfa_stage_log_ids] .o_data_row" },
    ],
});
