import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_base_customer_page", {
    steps: () => [
        { trigger: ".o_data_cell:contains('Tour Trading')", run: "click" },
        { trigger: ".o_crm_who h1:contains('Tour Trading')" },
        { trigger: ".o_crm_section[data-section=pipeline]:contains('Tour deal')" },
        { trigger: ".o_crm_log_note", run: "click" },
        { trigger: ".o_crm_note textarea", run: "edit Prefers delivery on Mondays" },
        { trigger: ".o_crm_note_save", run: "click" },
        { trigger: ".o_crm_timeline_item:contains('Prefers delivery on Mondays')" },
        { trigger: ".o_crm_chip[data-kind=opportunity]", run: "click" },
        {
            trigger:
                ".o_crm_timeline:not(:has(.o_crm_timeline_item[data-kind=note])) .o_crm_timeline_item:contains('Tour deal')",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=expected_revenue]" },
        { trigger: ".breadcrumb-item a:contains('Tour Trading')", run: "click" },
        { trigger: ".o_crm_who h1:contains('Tour Trading')" },
        { trigger: ".o_crm_finder input", run: "edit Tour Tra" },
        { trigger: ".ui-menu-item a:contains('Tour Trading')", run: "click" },
        { trigger: ".o_crm_who h1:contains('Tour Trading')" },
    ],
});
