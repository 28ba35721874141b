import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_service_channel", {
    steps: () => [
        // who asked
        {
            trigger: ".o_data_row:contains(Tour Twin) button[name=action_service_pick]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=partner_id] input:value(Tour Twin)" },
        // what is often answered
        { trigger: ".o_form_statusbar button:contains(Macros)", run: "click" },
        {
            trigger: ".modal .o_data_row:contains(Tour macro) button[name=action_apply]",
            run: "click",
        },
        { trigger: ".o_arrow_button_current:contains(Waiting for Customer)" },
        { trigger: ".o-mail-Message:contains(The carrier was asked)" },
        // what the customer asked before
        { trigger: ".o_cp_action_menus button", run: "click" },
        { trigger: ".dropdown-item:contains(Merge)", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=target_id] input",
            run: "edit Tour target",
        },
        { trigger: ".dropdown-item:contains(Tour target)", run: "click" },
        { trigger: ".modal button[name=action_merge]", run: "click" },
        { trigger: ".o_field_widget[name=name] input:value(Tour target)" },
        { trigger: ".o-mail-Message:contains(went into this ticket)" },
    ],
});
