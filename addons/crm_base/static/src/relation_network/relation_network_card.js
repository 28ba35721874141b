import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { RelationNetwork } from "./relation_network";

export const MAX_DEPTH = 4;

/** The network of a customer, read from the server, with the depth to choose. */
export class RelationNetworkCard extends Component {
    static template = "crm_base.RelationNetworkCard";
    static components = { RelationNetwork };
    static props = {
        partnerId: Number,
        onOpen: Function,
        onExpand: { type: Function, optional: true },
        depth: { type: Number, optional: true },
    };
    static defaultProps = { depth: 1 };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.maxDepth = MAX_DEPTH;
        this.state = useState({ network: null, depth: this.props.depth });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            if (next.partnerId !== this.props.partnerId) {
                return this.load(next);
            }
        });
    }

    async load(props) {
        this.state.network = await this.keepLast.add(
            this.orm.call("res.partner", "get_relation_network", [[props.partnerId]], {
                depth: this.state.depth,
            })
        );
    }

    get isEmpty() {
        return !this.state.network?.edges.length;
    }

    setDepth(depth) {
        this.state.depth = Math.min(Math.max(depth, 1), MAX_DEPTH);
        return this.load(this.props);
    }
}
