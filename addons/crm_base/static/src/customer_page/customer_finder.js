import { Component } from "@odoo/owl";
import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { useChildRef, useService } from "@web/core/utils/hooks";

/** A field that finds a customer by what one types: name, phone, mail or reference. */
export class CustomerFinder extends Component {
    static template = "crm_base.CustomerFinder";
    static components = { AutoComplete };
    static props = { onSelect: Function };

    setup() {
        this.orm = useService("orm");
        this.inputRef = useChildRef();
        this.placeholder = _t("Find a customer…");
        this.sources = [
            { options: (request) => this.search(request), placeholder: _t("Searching…") },
        ];
    }

    async search(request) {
        const found = await this.orm.call("res.partner", "name_search", [], {
            name: request,
            operator: "ilike",
            limit: 8,
        });
        if (!found.length) {
            return [
                { label: _t("No customer found"), cssClass: "o_crm_finder_none text-muted" },
            ];
        }
        return found.map(([id, label]) => ({ label, onSelect: () => this.props.onSelect(id) }));
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            this.inputRef.el.value = "";
            this.inputRef.el.blur();
        }
    }
}
