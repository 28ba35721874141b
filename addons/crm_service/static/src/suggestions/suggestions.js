import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Articles that may answer the ticket; arrow keys choose, Enter writes an answer. */
export class ServiceSuggestions extends Component {
    static template = "crm_service.Suggestions";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ articles: [], tickets: [], chosen: 0 });
        useRecordObserver((record) => this.load(record));
    }

    /** What decides about the suggestions: they are read again when it changes. */
    keyOf(record) {
        const { name, description, article_ids } = record.data;
        return JSON.stringify([
            record.resId,
            name,
            String(description),
            article_ids.currentIds,
        ]);
    }

    async load(record) {
        const key = this.keyOf(record);
        if (key === this.key) {
            return;
        }
        this.key = key;
        const found = record.resId
            ? await this.orm.call("service.ticket", "get_suggestions", [[record.resId]])
            : { articles: [], tickets: [] };
        if (key === this.key) {
            Object.assign(this.state, found, { chosen: 0 });
        }
    }

    get emptyText() {
        return this.props.record.resId
            ? _t("No published article fits. When the ticket is solved, make one of it.")
            : _t("Articles appear here when the ticket is saved.");
    }

    onKeydown(ev) {
        const last = this.state.articles.length - 1;
        if (ev.key === "ArrowDown") {
            this.state.chosen = Math.min(this.state.chosen + 1, last);
        } else if (ev.key === "ArrowUp") {
            this.state.chosen = Math.max(this.state.chosen - 1, 0);
        } else if (ev.key === "Enter" && ev.target === ev.currentTarget) {
            this.use(this.state.articles[this.state.chosen]);
        } else {
            return;
        }
        ev.preventDefault();
    }

    /** Write an answer with the article, or open it when it is for colleagues. */
    async use(article) {
        if (!article.insertable) {
            return this.open("service.article", article.id);
        }
        await this.props.record.save();
        const action = await this.orm.call("service.ticket", "action_insert_article", [
            [this.props.record.resId],
            article.id,
        ]);
        return this.action.doAction(action, {
            onClose: () => this.props.record.load(),
        });
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("service_suggestions", {
    component: ServiceSuggestions,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "description", type: "html" },
        { name: "article_ids", type: "many2many" },
    ],
});
