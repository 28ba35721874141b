import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const SAFE_URL = /^(tel:|mailto:|https?:\/\/)/i;
/**
 * Who else can open an address, by its scheme: `(url) => boolean` says whether it did.
 */
const openers = registry.category("crm_base.url_openers");

/**
 * Build the action that opens the page of a customer.
 *
 * @param {number} partnerId the customer or one of its contacts
 */
export function customerPageAction(partnerId) {
    return {
        type: "ir.actions.client",
        tag: "crm_base.customer_page",
        name: _t("Customer"),
        path: "customer-page",
        context: { active_id: partnerId },
    };
}

/**
 * Build the action that a link of the page leads to, or null for an address of the web.
 *
 * @param {Object} link made by `crm_base.tools.section.link()`
 */
export function linkAction(link) {
    if (!link?.res_model) {
        return null;
    }
    const action = {
        type: "ir.actions.act_window",
        name: link.name,
        res_model: link.res_model,
        context: link.context || {},
        target: "current",
    };
    if (link.res_id) {
        return { ...action, res_id: link.res_id, views: [[false, "form"]] };
    }
    return {
        ...action,
        domain: link.domain || [],
        views: [
            [false, "list"],
            [false, "form"],
        ],
    };
}

/**
 * Follow a link of the page.
 *
 * @param {Object} actionService
 * @param {Object} link
 * @param {Object} [options] of `doAction`
 */
export function followLink(actionService, link, options) {
    if (link.url) {
        const opener = openers.get(link.url.split(":")[0].toLowerCase(), null);
        if (SAFE_URL.test(link.url) && !opener?.(link.url)) {
            browser.open(link.url, /^http/i.test(link.url) ? "_blank" : "_self", "noopener");
        }
        return;
    }
    const action = linkAction(link);
    return action && actionService.doAction(action, options);
}
