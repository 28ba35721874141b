import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";

/** Milliseconds between two looks at who waits. */
const PAUSE = 3000;

/** A list of callers who wait, read again while somebody looks at it. */
export class WaitingListController extends listView.Controller {
    setup() {
        super.setup();
        let timer;
        onMounted(() => {
            timer = setInterval(() => this.refresh(), PAUSE);
        });
        onWillUnmount(() => clearInterval(timer));
    }

    async refresh() {
        if (!document.hidden && !this.model.root.selection.length) {
            await this.model.load();
        }
    }
}

registry.category("views").add("cti_waiting_list", {
    ...listView,
    Controller: WaitingListController,
});
