import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_service_portal", {
    url: "/my/service",
    steps: () => [
        { trigger: "a.o_service_new", run: "click", expectUnloadPage: true },
        { trigger: "input[name=subject]", run: "edit My printer jams" },
        { trigger: ".o_service_answers a:contains('Paper jams')" },
        { trigger: "textarea[name=text]", run: "edit The paper stays inside." },
        { trigger: "button:contains('Send')", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains('We have your request')" },
        { trigger: "textarea[name=text]", run: "edit It is the A-200X." },
        { trigger: "button:contains('Send')", run: "click", expectUnloadPage: true },
        { trigger: ".o_service_message:contains('A-200X')" },
        { trigger: "button.o_service_solved", run: "click", expectUnloadPage: true },
        { trigger: ".badge:contains('Closed')" },
        { trigger: "summary:contains('not solved')", run: "click" },
        { trigger: "#service_reopen", run: "edit It jams again." },
        { trigger: "button:contains('Reopen')", run: "click", expectUnloadPage: true },
        { trigger: ".o_service_message:contains('It jams again')" },
    ],
});

registry.category("web_tour.tours").add("crm_service_help", {
    url: "/help",
    steps: () => [
        { trigger: "input[name=q]", run: "edit paper jam" },
        { trigger: "button[type=submit]", run: "click", expectUnloadPage: true },
        {
            trigger: "a.list-group-item:contains('Paper jams')",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#wrap:contains('rear door')" },
        { trigger: "button:contains('Yes')", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success" },
    ],
});
