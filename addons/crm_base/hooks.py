def post_init_hook(env):
    """Take in the orders that were there before the addon."""
    env["sale.order"]._tracking_refresh_all()


def uninstall_hook(env):
    """Give the platform's menu of customers its own action back."""
    menu = env.ref("crm.res_partner_menu_customer", raise_if_not_found=False)
    action = env.ref("base.action_partner_form", raise_if_not_found=False)
    if menu and action:
        menu.action = f"{action._name},{action.id}"
