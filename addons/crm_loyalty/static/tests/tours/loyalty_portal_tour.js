import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_loyalty_portal", {
    url: "/my/loyalty",
    steps: () => [
        {
            trigger: ".o_loyalty_face:contains('500')",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_loyalty_code img" },
        { trigger: "a.o_loyalty_transfer", run: "click", expectUnloadPage: true },
        { trigger: "input[name=number]", run: "edit TOUR-CARD" },
        { trigger: "input[name=amount]", run: "edit 40" },
        { trigger: "button:contains('Transfer')", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains('transferred')" },
        { trigger: ".o_loyalty_face:contains('460')" },
        { trigger: "a.o_loyalty_statement", run: "click", expectUnloadPage: true },
        { trigger: ".list-group-item:contains('40')", run: "click", expectUnloadPage: true },
        {
            trigger: ".o_loyalty_receipt:contains('460')",
        },
        { trigger: ".breadcrumb-item a:contains('Points')", run: "click", expectUnloadPage: true },
        { trigger: "a.o_loyalty_loss", run: "click", expectUnloadPage: true },
        { trigger: "button:contains('Report lost')", run: "click", expectUnloadPage: true },
        { trigger: ".o_loyalty_face[data-state=lost]" },
        { trigger: "body:not(:has(.o_loyalty_code)):not(:has(.o_loyalty_transfer))" },
    ],
});
