import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_service_complaint_portal", {
    url: "/my/complaints",
    steps: () => [
        { trigger: ".o_complaints a:contains('lamp')", run: "click", expectUnloadPage: true },
        { trigger: "textarea[name=words]", run: "edit Two of them" },
        { trigger: ".o_complaint_counter", run: "click", expectUnloadPage: true },
        { trigger: ".alert-info:contains('what you propose')" },
        { trigger: ".o_complaint_state[data-state=proposal]" },
        { trigger: "body:not(:has(.o_complaint_accept))" },
    ],
});
