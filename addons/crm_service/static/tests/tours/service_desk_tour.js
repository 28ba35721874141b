import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_service_desk", {
    steps: () => [
        {
            content: "nothing is mine: the queue shows what nobody has, the first is open",
            trigger: ".o_service_desk_queue [data-queue='nobody'].active",
        },
        {
            trigger: ".o_service_desk_form .o_field_widget[name='name'] input:value(Lamp is dark)",
        },
        {
            content: "the customer stands beside it",
            trigger: ".o_service_desk_customer:contains(Acme Trading)",
        },
        {
            trigger: ".o_service_desk_take",
            run: "click",
        },
        {
            content: "it is not in this queue any more",
            trigger: ".o_service_desk_queue [data-queue='mine']:contains(1)",
        },
        {
            trigger: ".o_service_desk_queue [data-queue='mine']",
            run: "click",
        },
        {
            trigger: ".o_service_desk_ticket.active:contains(Lamp is dark)",
        },
        {
            trigger: ".o_service_desk_form .o_field_widget[name='name'] input",
            run: "edit Lamp is dark at night",
        },
        {
            content: "what was typed is kept when another queue is chosen and a macro applied",
            trigger: ".o_service_desk_form button:contains(We look into it)",
            run: "click",
        },
        {
            trigger: ".o_service_desk_form .o-mail-Message:contains(We are on it)",
        },
        {
            trigger: ".o_service_desk_queue [data-queue='all']",
            run: "click",
        },
        {
            trigger: ".o_service_desk_ticket:contains(Lamp is dark at night)",
        },
        {
            trigger: ".o_service_desk_ticket:contains(Chair squeaks)",
            run: "click",
        },
        {
            trigger: ".o_service_desk_form .o_field_widget[name='name'] input:value(Chair squeaks)",
            run: "press alt+ArrowUp",
        },
        {
            trigger:
                ".o_service_desk_form .o_field_widget[name='name'] input:value(Lamp is dark at night)",
        },
    ],
});
