import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Counts a search or an article that was read: pages only read. */
export class ServiceHelpSeen extends Interaction {
    static selector = ".o_service_help_seen";

    start() {
        const { query, articleId } = this.el.dataset;
        if (query || articleId) {
            rpc("/help/seen", {
                query: query || "",
                article_id: articleId ? Number(articleId) : null,
            });
        }
    }
}

/** Articles appear while somebody types a question. */
export class ServiceHelpTyping extends Interaction {
    static selector = ".o_service_typing";
    dynamicContent = {
        "input[name=subject], textarea[name=text]": {
            "t-on-input": this.debounced(this.suggest, 400),
        },
    };

    async suggest() {
        const text = [...this.el.querySelectorAll("input[name=subject], textarea[name=text]")]
            .map((field) => field.value)
            .join("\n");
        const articles = await this.waitFor(rpc("/help/suggest", { text }));
        const panel = this.el.querySelector(".o_service_answers");
        panel.classList.toggle("d-none", !articles.length);
        panel.querySelector("ul").replaceChildren(
            ...articles.map(({ name, url }) => {
                const link = document.createElement("a");
                Object.assign(link, { href: url, target: "_blank", textContent: name });
                const item = document.createElement("li");
                item.append(link);
                return item;
            })
        );
    }
}

registry.category("public.interactions").add("crm_service.help_seen", ServiceHelpSeen);
registry.category("public.interactions").add("crm_service.help_typing", ServiceHelpTyping);
