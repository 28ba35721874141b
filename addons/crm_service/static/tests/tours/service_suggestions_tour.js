import { registry } from "@web/core/registry";

const LIST = ".o_service_suggestions .list-group";

function press(key) {
    return {
        trigger: LIST,
        run({ anchor }) {
            anchor.focus();
            anchor.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        },
    };
}

registry.category("web_tour.tours").add("crm_service_suggestions", {
    steps: () => [
        { trigger: "a[name=articles]", run: "click" },
        { trigger: `${LIST}-item-primary:contains('Paper jams of printers')` },
        press("ArrowDown"),
        { trigger: `${LIST}-item-primary:contains('Jams of paper')` },
        press("ArrowUp"),
        { trigger: `${LIST}-item-primary:contains('Paper jams of printers')` },
        press("Enter"),
        { trigger: ".modal .o_mail_composer_form_view:contains('rear door')" },
        { trigger: ".modal button.o_mail_send", run: "click" },
        { trigger: ".o-mail-Message:contains('rear door')" },
        { trigger: ".o_service_suggestions .text-success:contains('Used')" },
    ],
});
