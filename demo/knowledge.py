"""Articles of the service desk in Chinese and English, and what people searched for."""

from datetime import timedelta

ARTICLES = (
    (
        "public",
        "打印机卡纸怎么办",
        "进纸, 搓纸轮",
        "<h2>取出纸张</h2><p>关闭电源，打开后盖，顺着走纸方向用双手慢慢取出纸张。</p>"
        "<h2>避免再次卡纸</h2><p>纸张不要超过纸盒的刻度线，保持干燥；用湿布擦拭搓纸轮。</p>",
    ),
    (
        "public",
        "How to clear a paper jam",
        "jammed, tray",
        "<h2>Take the paper out</h2><p>Switch off, open the rear cover and pull the "
        "sheet out slowly with both hands.</p><h2>Keep it from happening again</h2>"
        "<p>Do not fill the tray above the mark, and wipe the roller.</p>",
    ),
    (
        "public",
        "升降桌按键没有反应",
        "电动桌, 复位",
        "<p>拔掉电源等待一分钟再插上，同时按住下降键十秒，桌面降到最低点后回弹，复位完成。</p>",
    ),
    (
        "public",
        "如何申请开具发票",
        "开票, 抬头, 税号",
        "<p>在订单详情点击申请开票，填写抬头和税号。电子发票即时发送到邮箱。</p>",
    ),
    (
        "customer",
        "退货与退款的流程",
        "退货, 退款",
        "<ol><li>在我的订单里选择商品，点击申请售后。</li><li>审核后按地址寄回。</li>"
        "<li>验收后一个工作日内原路退款。</li></ol>",
    ),
    (
        "customer",
        "Delivery times and how to follow a parcel",
        "dispatch, tracking",
        "<p>Orders paid before 16:00 leave on the same working day. The order in the "
        "portal shows how far it is.</p>",
    ),
    (
        "internal",
        "客户要求加急时的处理",
        "加急, 插单",
        "<p>先查库存和在途，再与仓库确认当日最晚出库时间，然后答复客户。</p>",
    ),
    (
        "internal",
        "How we answer when the promised date cannot be kept",
        "delay, apology",
        "<p>Say so before the customer asks, name the new date, offer a part "
        "delivery.</p>",
    ),
)
SYNONYMS = (
    "退款, 退钱, 返还, refund, money back",
    "卡纸, 塞纸, 夹纸, paper jam",
    "发票, 票据, 凭证, invoice, receipt",
    "升降桌, 电动桌, 站立办公桌, standing desk",
    "快递, 物流, 包裹, parcel, shipment",
)
SEARCHES = (("塞纸", 0), ("能不能先用后付", None), ("积分过期", None), ("开票", 3))


def make(demo):
    """Let the agent write, the manager publish, and people search."""
    env, agent = demo.env, demo.users["service"]
    manager = env.ref("base.user_admin")
    env["service.synonym"].create([{"name": words} for words in SYNONYMS])
    articles = env["service.article"].with_user(agent)
    made = articles.create(
        [
            {
                "name": name,
                "keywords": keywords,
                "body": body,
                "audience": audience,
                "date_review": demo.today + timedelta(days=demo.rng.randint(-5, 200)),
            }
            for audience, name, keywords, body in ARTICLES
        ]
    )
    made[:-1].action_submit()
    made[:-2].with_user(manager).action_publish()
    for query, place in SEARCHES * 3:
        article = made[place].id if place is not None else False
        env["service.search.log"]._record("help", query, article_id=article)
