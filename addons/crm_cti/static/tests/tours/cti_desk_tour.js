import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("cti_desk", {
    steps: () => [
        {
            content: "the call that rings is on the screen, with the page of its customer",
            trigger: ".o_cti_panel[data-state='offered'] .o_cti_title:contains(Acme Trading)",
        },
        {
            trigger: ".o_crm_who h1:contains(Acme Trading)",
        },
        {
            content: "after this call the agent wants a break",
            trigger: ".o_cti_bar_button[data-state='offered']",
            run: "click",
        },
        {
            trigger: ".o_cti_away:contains(Meal)",
            run: "click",
        },
    ],
});

registry.category("web_tour.tours").add("cti_wrapup", {
    steps: () => [
        {
            trigger: ".o_cti_panel[data-state='wrapup'] .o_cti_disposition",
            run: "selectByLabel Complaint",
        },
        {
            content: "a complaint needs a note",
            trigger: ".o_cti_finish:disabled",
        },
        {
            trigger: ".o_cti_note",
            run: "edit The lamp is dark",
        },
        {
            trigger: ".o_cti_next",
            run: "selectByLabel Call",
        },
        {
            trigger: ".o_cti_next_note",
            run: "edit Ask whether it shines",
        },
        {
            content: "what was typed is kept",
            trigger: ".o_cti_finish:enabled",
            run: "click",
        },
        {
            trigger: ".o_cti_bar_button[data-state='ready']",
        },
        {
            trigger: "body:not(:has(.o_cti_panel))",
        },
    ],
});
