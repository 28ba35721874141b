import { Component } from "@odoo/owl";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatSeconds } from "../desk/clock";

/** Plays what callers said: one sound, or those of a call or a task. */
export class PlayerField extends Component {
    static template = "crm_cti.PlayerField";
    static props = { ...standardFieldProps };

    get sounds() {
        const { record, name } = this.props;
        const isList = record.fields[name].type !== "integer";
        const records = isList ? record.data[name].records : [record];
        return records.map(({ resId, data }) => ({
            id: resId,
            url: `/crm_cti/sound/${resId}`,
            recorded: isList && formatDateTime(data.recorded),
            length: formatSeconds(data.seconds),
            isDeleted: Boolean(data.deleted),
        }));
    }
}

const player = { component: PlayerField, isEmpty: () => false };
registry.category("fields").add("cti_player", { ...player, supportedTypes: ["integer"] });
registry.category("fields").add("cti_player_list", {
    ...player,
    supportedTypes: ["one2many", "many2many"],
    relatedFields: [
        { name: "recorded", type: "datetime" },
        { name: "seconds", type: "integer" },
        { name: "deleted", type: "datetime" },
    ],
});
