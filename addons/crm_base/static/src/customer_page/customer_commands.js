import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { customerPageAction } from "./customer_link";

const NAMESPACE = "$";

/** A line of the command palette: the customer's picture and name. */
class CustomerCommand extends Component {
    static template = "crm_base.CustomerCommand";
    static props = {
        partnerId: Number,
        executeCommand: Function,
        name: String,
        searchValue: String,
        slots: Object,
    };
}

registry.category("command_categories").add(
    "crm_customers",
    { namespace: NAMESPACE, name: _t("Customers") },
    { sequence: 30 }
);

registry.category("command_setup").add(NAMESPACE, {
    debounceDelay: 200,
    emptyMessage: _t("No customer found"),
    name: _t("customers"),
    placeholder: _t("Find a customer by name, phone or mail…"),
});

registry.category("command_provider").add("crm_customers", {
    namespace: NAMESPACE,
    async provide(env, { searchValue }) {
        if (!(await user.hasGroup("crm_base.crm_base_group_user"))) {
            return [];
        }
        const found = await env.services.orm.call("res.partner", "name_search", [], {
            name: (searchValue || "").trim(),
            operator: "ilike",
            limit: 10,
        });
        return found.map(([id, name]) => ({
            Component: CustomerCommand,
            category: "crm_customers",
            name,
            props: { partnerId: id },
            action: () => env.services.action.doAction(customerPageAction(id)),
        }));
    },
});

registry.category("command_provider").add("crm_customer_find", {
    async provide(env) {
        if (!(await user.hasGroup("crm_base.crm_base_group_user"))) {
            return [];
        }
        return [
            {
                name: _t("Find a customer"),
                action: () => env.services.command.openMainPalette({ searchValue: NAMESPACE }),
            },
        ];
    },
});
