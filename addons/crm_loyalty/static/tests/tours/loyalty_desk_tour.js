import { registry } from "@web/core/registry";

/** Type like a scanner does while no field has the focus. */
function scan(code) {
    document.activeElement.blur();
    for (const key of [...code, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}

registry.category("web_tour.tours").add("crm_loyalty_desk", {
    steps: () => [
        { trigger: ".o_field_widget[name=term] input:focus", run: "edit Tour Newcomer" },
        { trigger: ".o_field_widget[name=term] input", run: "press Enter" },
        { trigger: ".o_field_widget[name=name] input:value(Tour Newcomer)" },
        { trigger: ".o_field_widget[name=phone] input", run: "edit +86 137 0000 1111" },
        { trigger: ".o_field_widget[name=wish_sms] input", run: "click" },
        { trigger: ".o_form_sheet", run: () => scan("TOUR-0001") },
        { trigger: ".o_field_widget[name=number] input:value(TOUR-0001)" },
        { trigger: "button[name=action_open]", run: "click" },
        { trigger: ".o_field_widget[name=card_code]:contains(TOUR-0001)" },
        { trigger: ".o_field_widget[name=picture] img.o_loyalty_qr" },
        { trigger: "button[name=action_next]", run: "click" },
        { trigger: "button[name=action_open]" },
        { trigger: ".o_form_sheet", run: () => scan("TOUR-0001") },
        { trigger: ".o_field_widget[name=card_code]:contains(TOUR-0001)" },
        { trigger: "button[name=action_loss]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_field_widget[name=card_state]:contains(Lost)" },
    ],
});
